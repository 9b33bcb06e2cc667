/**
 * The Jena file's derived columns as functions of pressure p (mbar), temperature T (°C) and relative humidity
 * rh (%). Written for the weather of other stations, and checked against the Jena file's own rows: they give its two
 * printed decimals, except where a function says otherwise.
 *
 * Sources: Magnus' formula with Teten's coefficients over water (F. W. Murray, "On the computation of saturation
 * vapor pressure", J. Appl. Meteorology 6, 1967); the rest is the ideal gas law for moist air (WMO-No. 8, Guide to
 * Instruments and Methods of Observation, annex 4.B).
 */

const MAGNUS_A = 6.1078;
const MAGNUS_B = 17.08085;
const MAGNUS_C = 234.175;

/** 0 °C in kelvin as the Jena station's logger has it: its Tpot fits 273.16 to 0.01 K, and 273.15 only to 0.02. */
const ZERO_CELSIUS = 273.16;

/** The gas constant of dry air, J/(kg K). */
const GAS_CONSTANT_DRY_AIR = 287.058;

/** R/c_p of dry air. */
const KAPPA = 0.286;

/** Molar mass of water vapour over that of dry air. */
const EPSILON = 0.622;

/** VPmax = 6.1078 exp(17.08085 T / (234.175 + T)): the vapour pressure (mbar) of saturated air at T (°C). */
export function saturationVapourPressure(T: number): number {
  return MAGNUS_A * Math.exp((MAGNUS_B * T) / (MAGNUS_C + T));
}

/** VPact = VPmax rh / 100: the vapour pressure (mbar) at T (°C) and rh (%). */
export function vapourPressure(T: number, rh: number): number {
  return (saturationVapourPressure(T) * rh) / 100;
}

/** VPdef = VPmax − VPact: how much vapour pressure (mbar) is missing for saturation at T (°C) and rh (%). */
export function vapourPressureDeficit(T: number, rh: number): number {
  return saturationVapourPressure(T) - vapourPressure(T, rh);
}

/** Tdew: the temperature (°C) at which air at T (°C) and rh (% > 0) would be saturated; Magnus' formula, inverted. */
export function dewPoint(T: number, rh: number): number {
  const x = Math.log(vapourPressure(T, rh) / MAGNUS_A);
  return (MAGNUS_C * x) / (MAGNUS_B - x);
}

/** Tpot = (T + 273.16) (1000 / p)^0.286: the temperature (K) after a dry adiabatic move to 1000 mbar. */
export function potentialTemperature(p: number, T: number): number {
  return (T + ZERO_CELSIUS) * (1000 / p) ** KAPPA;
}

/** sh = 622 e / (p − 0.378 e), e = VPact: grams of water vapour in a kilogram of moist air. */
export function specificHumidity(p: number, T: number, rh: number): number {
  const e = vapourPressure(T, rh);
  return (1000 * EPSILON * e) / (p - (1 - EPSILON) * e);
}

/** H2OC = 1000 e / p, e = VPact: millimoles of water vapour in a mole of moist air. */
export function waterVapourConcentration(p: number, T: number, rh: number): number {
  return (1000 * vapourPressure(T, rh)) / p;
}

/**
 * rho = 10⁵ (p − 0.378 e) / (287.058 (T + 273.16)), e = VPact: the density of moist air in g/m³. Agrees with the
 * Jena file to 0.05 g/m³.
 */
export function airDensity(p: number, T: number, rh: number): number {
  return (1e5 * (p - (1 - EPSILON) * vapourPressure(T, rh))) / (GAS_CONSTANT_DRY_AIR * (T + ZERO_CELSIUS));
}
