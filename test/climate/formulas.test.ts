import { expect } from 'chai';
import {
  airDensity,
  dewPoint,
  potentialTemperature,
  readClimateCsv,
  type Series,
  STATIONS,
  saturationVapourPressure,
  specificHumidity,
  vapourPressure,
  vapourPressureDeficit,
  waterVapourConcentration,
} from 'recurrent-lab';
import { JENA_HOURLY, readShipped, requireJenaHourly } from './support';

/** A printed value is within half a unit of its last decimal; p, T and rh themselves are rounded, too. */
const TWO_DECIMALS = 0.0105;

type Formula = (p: number, T: number, rh: number) => number;
const DERIVED: [column: string, formula: Formula, tolerance: number][] = [
  ['VPmax (mbar)', (_p, T) => saturationVapourPressure(T), TWO_DECIMALS],
  ['VPact (mbar)', (_p, T, rh) => vapourPressure(T, rh), TWO_DECIMALS],
  ['VPdef (mbar)', (_p, T, rh) => vapourPressureDeficit(T, rh), TWO_DECIMALS],
  ['Tpot (K)', potentialTemperature, TWO_DECIMALS],
  ['sh (g/kg)', specificHumidity, TWO_DECIMALS],
  ['H2OC (mmol/mol)', waterVapourConcentration, TWO_DECIMALS],
  ['rho (g/m**3)', airDensity, 0.05],
];

function greatestError(series: Series, column: string, formula: Formula): number {
  const [p, T, rh] = ['p (mbar)', 'T (degC)', 'rh (%)'].map((name) => series.column(name));
  let greatest = 0;
  series.column(column).forEach((value, i) => {
    greatest = Math.max(greatest, Math.abs(formula(p[i], T[i], rh[i]) - value));
  });
  return greatest;
}

describe('climate formulas', () => {
  it('agree with published values: saturation over water at 0, 20 and 100 °C', () => {
    expect(saturationVapourPressure(0)).to.equal(6.1078);
    expect(saturationVapourPressure(20)).to.be.closeTo(23.37, 0.05);
    expect(saturationVapourPressure(100)).to.be.closeTo(1013.25, 15);
  });

  it('agree with each other: saturated air is at its dew point and lacks no vapour', () => {
    expect(dewPoint(17, 100)).to.be.closeTo(17, 1e-12);
    expect(vapourPressureDeficit(17, 100)).to.be.closeTo(0, 1e-12);
    expect(potentialTemperature(1000, 17)).to.be.closeTo(290.16, 1e-9);
    expect(airDensity(1013.25, 15, 0)).to.be.closeTo(1225, 0.1);
  });

  describe('against all 70,092 rows of ../shared/data/jena_climate_hourly.csv.gz, where it is', () => {
    let jena: Series;
    before(async function () {
      requireJenaHourly.call(this);
      jena = await readClimateCsv(JENA_HOURLY);
    });
    for (const [column, formula, tolerance] of DERIVED) {
      it(`${column} to within ${tolerance}`, () => {
        expect(greatestError(jena, column, formula)).to.be.below(tolerance);
      });
    }
    it(`Tdew (degC) to within ${TWO_DECIMALS}`, () => {
      expect(greatestError(jena, 'Tdew (degC)', (_p, T, rh) => dewPoint(T, rh))).to.be.below(TWO_DECIMALS);
    });
  });

  for (const station of STATIONS) {
    it(`made the shipped columns of ${station}`, async () => {
      const shipped = await readShipped(station);
      // Single precision alone moves a pressure by 3e-5 and a density by 6e-5.
      for (const [column, formula] of DERIVED) {
        expect(greatestError(shipped, column, formula), column).to.be.below(0.0053);
      }
    });
  }
});
