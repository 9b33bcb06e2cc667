/** Everything a notebook imports: `import { tf, GRU, windows, display } from 'recurrent'`. */
export * from './climate';
export * from './jupyter';
export * from './plot';
export * from './recurrent';
export * from './tensor';
export * from './text';
export * from './training';
