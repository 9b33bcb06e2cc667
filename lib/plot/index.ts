export { ComputationGraph, computationGraph, type GraphEdge, type GraphNode } from './computation-graph';
export { type ErrorBar, errorBars } from './error-bars';
export { errorByHorizon, type HorizonError } from './horizons';
export { learningCurve } from './learning-curve';
export { type LineChartOptions, lineChart } from './line-chart';
export { saveChart } from './save-chart';
export * from './schematics';
export type { VegaLiteSpec } from './spec';
export { type Line, linesOverTime, windowChart } from './time-series';
