/** The header of the Jena file's first column: `dd.mm.yyyy hh:mm:ss`, read as UTC. */
export const TIME_COLUMN = 'Date Time';

/**
 * The Jena file's measurements, in its order and spelling: air pressure, temperature, potential temperature, dew
 * point, relative humidity, saturation vapour pressure, vapour pressure, vapour pressure deficit, specific humidity,
 * water vapour concentration, air density, wind speed, its maximum, wind direction.
 */
export const JENA_COLUMNS = [
  'p (mbar)',
  'T (degC)',
  'Tpot (K)',
  'Tdew (degC)',
  'rh (%)',
  'VPmax (mbar)',
  'VPact (mbar)',
  'VPdef (mbar)',
  'sh (g/kg)',
  'H2OC (mmol/mol)',
  'rho (g/m**3)',
  'wv (m/s)',
  'max. wv (m/s)',
  'wd (deg)',
] as const;

/** The seven measurements that the lecture's networks see (slide 12). */
export const LECTURE_FEATURES = [
  'p (mbar)',
  'T (degC)',
  'VPmax (mbar)',
  'VPdef (mbar)',
  'sh (g/kg)',
  'rho (g/m**3)',
  'wv (m/s)',
] as const;

/** What the lecture's networks predict. */
export const LECTURE_TARGET = 'T (degC)';

/** The lecture's share of rows that train: the first 300,693 of 420,551. */
export const LECTURE_TRAINING_SHARE = 0.715;

/** What a station writes where it has no reading. */
export const NO_READING = -9999;

/** Whether a column holds a direction in degrees, where 350 and 10 have the mean 0 and not 180. */
export function isDirection(column: string): boolean {
  return column.endsWith('(deg)');
}
