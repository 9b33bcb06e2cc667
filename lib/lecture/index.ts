export { type CourseSize, courseSize } from './course-size';
export { type ForecasterName, type ForecasterOptions, forecaster } from './forecaster';
export { GluedDates, type GluedDatesOptions, gluedDates } from './glued-dates';
export { formulasOf, linkedFiles, type ProseCell, proseProblems, readGlossary, type Variant } from './prose';
export { main as reproduce } from './reproduce/main';
export { type CountingTaggerOptions, countingTagger, type Tagger, taggingScores } from './tagging';
export {
  DATE_FORM_NAMES,
  dateTokens,
  lastYearsCalendar,
  shareRight,
  type WrittenDate,
  WrittenDates,
  type WrittenDatesOptions,
  writtenDates,
} from './written-dates';
