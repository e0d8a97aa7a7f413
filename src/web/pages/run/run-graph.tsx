// The steps of a run as a graph: which comes before which, how each stands, what undoes it. A press on a box opens its step; the same is
// said as a list to those who do not see it. Loaded when it is first shown; its styles come with the build, never by script.
import '@xyflow/react/dist/base.css';
import './run-graph.css';
import { type Edge, Handle, MarkerType, type Node, Position, ReactFlow, useReactFlow } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { useMemo, useSyncExternalStore } from 'react';
import type { ApiFrameStep } from '../../../contract/frame.ts';
import { IconButton } from '../../kit/button.tsx';
import { useNow } from '../../kit/now.ts';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { cx, toneText } from '../../kit/tone.ts';
import { boxText, type GraphBox, type RunGraphModel, runGraph, shapeOf } from '../../model/run-graph.ts';
import { durationText } from '../../model/time.ts';
import { boxSize, type GraphPlacement, placeBoxes } from './graph-layout.ts';

type BoxNode = Node<{ box: GraphBox; said: string; isDown: boolean; onOpen: (key: string) => void }, 'box'>;

const hiddenHandle = '!size-0 !min-h-0 !min-w-0 !border-0 !bg-transparent';

function Box({ data: { box, said, isDown, onOpen } }: { data: BoxNode['data'] }) {
  return (
    <div className="nodrag nopan" style={{ width: boxSize.width }}>
      <Handle
        type="target"
        position={isDown ? Position.Top : Position.Left}
        className={hiddenHandle}
        isConnectable={false}
      />
      <button
        type="button"
        data-row
        aria-label={said}
        onClick={() => onOpen(box.key)}
        style={{ height: boxSize.height }}
        className={cx(
          'flex w-full flex-col justify-center rounded-md border bg-page px-2.5 text-left hover:bg-surface',
          box.state.tone === 'grey' ? 'border-strong' : 'border-current',
          toneText[box.state.tone],
        )}
      >
        <Lines box={box} />
      </button>
      {box.undo !== null && (
        <button
          type="button"
          data-row
          aria-label={`Undo of ${box.name}: ${box.undo.state.word.toLowerCase()}`}
          onClick={() => onOpen(box.undo?.key ?? box.key)}
          style={{ height: boxSize.undo - 4 }}
          className={cx(
            'mt-1 ml-3 flex w-[calc(100%-0.75rem)] flex-col justify-center rounded-md border border-dashed bg-page px-2.5 text-left hover:bg-surface',
            toneText[box.undo.state.tone],
            box.undo.state.tone === 'grey' ? 'border-strong' : 'border-current',
          )}
        >
          <Lines box={box.undo} />
        </button>
      )}
      <Handle
        type="source"
        position={isDown ? Position.Bottom : Position.Right}
        className={hiddenHandle}
        isConnectable={false}
      />
    </div>
  );
}

function Lines({ box: { name, state, tookMs } }: { box: GraphBox }) {
  return (
    <>
      <span className="flex w-full min-w-0 items-center gap-1.5 text-xs leading-4 font-medium">
        <StateGlyph state={state} />
        <span className="truncate text-ink">{name}</span>
      </span>
      <span className="tabular flex w-full gap-1.5 pl-5 text-[11px] leading-4">
        <span className="truncate">{state.word}</span>
        {tookMs !== null && <span className="ml-auto shrink-0 text-muted">{durationText(tookMs, true)}</span>}
      </span>
    </>
  );
}

const nodeTypes = { box: Box };
const narrow = matchMedia('(max-width: 767px)');
const watchWidth = (changed: () => void) => {
  narrow.addEventListener('change', changed);
  return () => narrow.removeEventListener('change', changed);
};

/** The drawing: from what stands where. */
function drawn(model: RunGraphModel, { corners }: GraphPlacement, isDown: boolean, onOpen: (key: string) => void) {
  const names = new Map(model.boxes.map(({ key, name }) => [key, name]));
  const nodes = model.boxes.map(
    (box): BoxNode => ({
      id: box.key,
      type: 'box',
      position: corners.get(box.key) ?? { x: 0, y: 0 },
      data: { box, said: boxText(box, names), isDown, onOpen },
    }),
  );
  const edges = model.lines.map(
    ({ from, to, isOpen }): Edge => ({
      id: `${from}>${to}`,
      source: from,
      target: to,
      type: 'smoothstep',
      className: isOpen ? 'line-open' : 'line-waiting',
      markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 },
    }),
  );
  return { nodes, edges };
}

/** The graph, as wide as there is room. `onOpen`: a step was chosen. */
export function RunGraph({ steps, onOpen }: { steps: readonly ApiFrameStep[]; onOpen: (key: string) => void }) {
  const isDown = useSyncExternalStore(watchWidth, () => narrow.matches);
  const isLive = steps.some(({ spans }) => spans.some(({ to }) => to === null));
  const nowMs = useNow(isLive ? 1000 : 3_600_000);
  const model = useMemo(() => runGraph(steps, nowMs), [steps, nowMs]);
  // Only the shape decides where boxes stand: nothing moves while a number counts.
  const shape = JSON.stringify(shapeOf(model));
  const placed = useMemo(
    () => placeBoxes(JSON.parse(shape) as ReturnType<typeof shapeOf>, isDown ? 'down' : 'across'),
    [shape, isDown],
  );
  const { nodes, edges } = useMemo(() => drawn(model, placed, isDown, onOpen), [model, placed, isDown, onOpen]);
  const height = Math.min(isDown ? 520 : 380, Math.max(120, placed.height + 48));
  return (
    <section aria-label="Graph of the run" style={{ height }} className="run-graph relative">
      <ReactFlow
        key={`${shape}${isDown}`}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        fitView
        fitViewOptions={{ padding: 0.06, maxZoom: 1, minZoom: 0.35 }}
        minZoom={0.2}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        zoomOnDoubleClick={false}
        preventScrolling={false}
        disableKeyboardA11y
        proOptions={{ hideAttribution: true }}
      >
        <Zoom />
      </ReactFlow>
    </section>
  );
}

function Zoom() {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <div className="absolute right-2 bottom-2 z-10 flex rounded-md border bg-page">
      <IconButton label="Smaller" size="small" onClick={() => void zoomOut()}>
        <Minus className="size-3.5" />
      </IconButton>
      <IconButton label="Larger" size="small" onClick={() => void zoomIn()}>
        <Plus className="size-3.5" />
      </IconButton>
      <IconButton label="All of it" size="small" onClick={() => void fitView({ padding: 0.06, maxZoom: 1 })}>
        <Maximize className="size-3.5" />
      </IconButton>
    </div>
  );
}
