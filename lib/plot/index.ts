export { ComputationGraph, computationGraph, type GraphEdge, type GraphNode } from './computation-graph';
export { type ErrorBar, errorBars, learningCurve } from './errors';
export { errorByHorizon, type HorizonError } from './horizons';
export { type LineChartOptions, lineChart } from './line-chart';
export { type Line, linesOverTime, windowChart } from './series';
export type { VegaLiteSpec } from './spec';
