/** Everything a notebook imports: `import { tf, GRU, windows, display } from 'recurrent-lab'`. */
export * from './climate';
export * from './display';
export * from './embedding';
export { RecurrentError } from './errors';
export * from './files';
export {
  type CourseSize,
  courseSize,
  type ForecasterName,
  type ForecasterOptions,
  forecaster,
} from './lecture';
export * from './plot';
export * from './recurrent';
export * from './tensor';
export * from './text';
export * from './training';
