// The steps of a run as a graph: which comes before which. It is looked at, not moved; a press opens nothing that the list has not.
import '@xyflow/react/dist/base.css';
import { graphlib, layout } from '@dagrejs/dagre';
import { Handle, type Node, Position, ReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import type { ApiFrameStep } from '../../../contract/frame.ts';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { frameState } from '../../model/swimlane.ts';

const size = { width: 168, height: 36 };

type StepNode = Node<{ step: ApiFrameStep }, 'step'>;

function Step({ data: { step } }: { data: StepNode['data'] }) {
  const hidden = '!size-0 !min-h-0 !min-w-0 !border-0';
  return (
    <div
      style={size}
      title={`${step.name}: ${step.word}`}
      className="flex items-center gap-2 rounded-md border border-strong bg-page px-2.5 text-xs font-medium"
    >
      <Handle type="target" position={Position.Left} className={hidden} isConnectable={false} />
      <StateGlyph state={frameState(step.state)} said />
      <span className="truncate">{step.name}</span>
      <Handle type="source" position={Position.Right} className={hidden} isConnectable={false} />
    </div>
  );
}

const nodeTypes = { step: Step };

function place(steps: readonly ApiFrameStep[]) {
  const graph = new graphlib.Graph().setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 32 });
  graph.setDefaultEdgeLabel(() => ({}));
  const keys = new Set(steps.map(({ key }) => key));
  for (const { key } of steps) graph.setNode(key, { width: size.width, height: size.height });
  const edges = steps.flatMap(({ key, needs, undoes }) => {
    const before = undoes === null ? needs : [undoes];
    return before.filter((one) => keys.has(one)).map((source) => ({ id: `${source}>${key}`, source, target: key }));
  });
  for (const { source, target } of edges) graph.setEdge(source, target);
  layout(graph);
  const nodes = steps.map((step): StepNode => {
    const { x, y } = graph.node(step.key);
    return { id: step.key, type: 'step', position: { x: x - size.width / 2, y: y - size.height / 2 }, data: { step } };
  });
  const { height = size.height } = graph.graph();
  return { nodes, edges, height };
}

/** The graph, as wide as there is room. */
export function RunGraph({ steps }: { steps: readonly ApiFrameStep[] }) {
  const { nodes, edges, height } = useMemo(() => place(steps), [steps]);
  return (
    <div
      style={{ height: Math.min(420, height + 48) }}
      className="[&_.react-flow\\_\\_edge-path]:stroke-strong"
      role="img"
      aria-label={`Order of the steps: ${steps.map(({ name, word }) => `${name}, ${word}`).join('; ')}`}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        fitView
        fitViewOptions={{ padding: 0.08, maxZoom: 1 }}
        minZoom={0.2}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        panOnDrag={false}
        zoomOnScroll={false}
        zoomOnPinch={false}
        zoomOnDoubleClick={false}
        panOnScroll={false}
        preventScrolling={false}
        proOptions={{ hideAttribution: true }}
      />
    </div>
  );
}
