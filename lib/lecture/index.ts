export { type CourseSize, courseSize } from './course-size';
export { type ForecasterName, type ForecasterOptions, forecaster } from './forecaster';
export { linkedFiles, type ProseCell, proseProblems, readGlossary, type Variant } from './prose';
export { main as reproduce } from './reproduce/main';
