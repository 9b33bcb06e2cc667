/** Everything a notebook imports: `import { tf, GRU, windows, display } from 'recurrent-lab'`. */
export * from './climate';
export * from './display';
export * from './embedding';
export { RecurrentError } from './errors';
export * from './files';
export {
  type CountingTaggerOptions,
  type CourseSize,
  countingTagger,
  courseSize,
  DATE_FORM_NAMES,
  dateTokens,
  type ForecasterName,
  type ForecasterOptions,
  forecaster,
  GluedDates,
  type GluedDatesOptions,
  gluedDates,
  lastYearsCalendar,
  shareRight,
  type Tagger,
  taggingScores,
  type WrittenDate,
  WrittenDates,
  type WrittenDatesOptions,
  writtenDates,
} from './lecture';
export * from './plot';
export * from './recurrent';
export * from './tensor';
export * from './text';
export * from './training';
