export { dataFolder } from './data-folder';
export { readSafetensors, type SafetensorsFile, type TensorData, writeSafetensors } from './safetensors';
