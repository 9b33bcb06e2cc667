export { type CourseSize, courseSize } from './course-size';
export { type ForecasterName, type ForecasterOptions, forecaster } from './forecaster';
export { main as reproduce } from './reproduce/main';
