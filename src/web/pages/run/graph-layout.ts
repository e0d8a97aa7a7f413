// Where the boxes of a run's graph stand: levels from left to right, or from top to bottom where there is little room. Draws nothing.
import { graphlib, layout } from '@dagrejs/dagre';
import type { GraphShape } from '../../model/run-graph.ts';

/** A box is this large; one with an undo is higher by that. */
export const boxSize = { width: 184, height: 48, undo: 40 } as const;

/** The corners of the boxes, and how large all of it is. */
export type GraphPlacement = {
  readonly corners: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly width: number;
  readonly height: number;
};

/** Places them. */
export function placeBoxes({ boxes, lines }: GraphShape, direction: 'across' | 'down'): GraphPlacement {
  const graph = new graphlib.Graph().setGraph({
    rankdir: direction === 'across' ? 'LR' : 'TB',
    nodesep: 20,
    ranksep: direction === 'across' ? 44 : 32,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  const heightOf = (hasUndo: boolean) => boxSize.height + (hasUndo ? boxSize.undo : 0);
  for (const { key, hasUndo } of boxes) graph.setNode(key, { width: boxSize.width, height: heightOf(hasUndo) });
  for (const { from, to } of lines) graph.setEdge(from, to);
  layout(graph);
  const corners = new Map(
    boxes.map(({ key, hasUndo }) => {
      const { x, y } = graph.node(key);
      return [key, { x: x - boxSize.width / 2, y: y - heightOf(hasUndo) / 2 }];
    }),
  );
  const { width = boxSize.width, height = boxSize.height } = graph.graph();
  return { corners, width, height };
}
