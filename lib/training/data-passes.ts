import { isDeepStrictEqual } from 'node:util';
import { fail } from '../errors';
import { randomState, setRandomState, tf } from '../tensor';
import { digestOf } from './batch-digest';
import { type Draw, packDraws, unpackDraws } from './data-draws';

interface Batches {
  next(): Promise<IteratorResult<unknown>>;
}

/** What `fitDataset` asks of a data set. */
export interface Dataset {
  readonly size?: number | null;
  iterator(): Promise<Batches>;
}

/** Data that count their passes, and whose order in a pass that count decides, as that of `windows(…)`. */
export interface ShuffledData {
  epoch: number;
  readonly seed?: number | null;
}

/** One iterator that a data set made, and how far it was read. */
interface Pass {
  /** Which data set: 0 the training data, 1 the validation data. */
  readonly of: number;
  /** The data's count before the pass, where they count. */
  readonly epoch: number | null;
  batches: number;
  /** Of all batches read; empty for data that count by themselves. */
  digest: string;
  draws: Draw[];
}

/** What has been read from the data of a training run, as a checkpoint keeps it. */
export interface SavedPasses {
  readonly counts: ({ epoch: number; seed: number | null } | null)[];
  /** Batches of a pass, where the data say so. */
  readonly sizes: (number | null)[];
  readonly passes: Omit<Pass, 'draws'>[];
}

/** A data set of the run, and what tells where it is. */
interface Source {
  readonly data: Dataset;
  /** Null for data whose order only reading them again from the start brings back. */
  readonly counter: ShuffledData | null;
  /** Whether the data count by themselves, so that the count is all there is to know. */
  readonly counts: boolean;
}

const countingOf = (data: object): ShuffledData | null =>
  typeof (data as Partial<ShuffledData>).epoch === 'number' ? (data as ShuffledData) : null;

const NOTHING: Batches = { next: async () => ({ done: true, value: null }) };

/**
 * Requires data to be shuffled by the seed that they had.
 *
 * @throws RecurrentError where they are not
 */
export function checkSeed({ seed = null }: ShuffledData, saved: { seed: number | null } | null): void {
  if (!saved || seed === saved.seed) return;
  const seeds = `the data's seed is ${seed}, the checkpoint's ${saved.seed}`;
  fail('checkpoint', `${seeds}: call seed(n) with the same n before the data are made`);
}

const NAMES = ['the training data', 'the validation data'];

/**
 * What a run reads from its data sets. `fitDataset` makes a new iterator for each pass, or one for the whole run
 * where it was given `batchesPerEpoch`, and data sets carry more from pass to pass than an iterator: a generator of
 * random numbers in `shuffle`, anything in a generator's closure. So the data of a resumed run are read again as they
 * were read before, and must come out the same.
 */
export class DataPasses {
  private readonly sources: Source[];
  private readonly passes: Pass[] = [];
  /** The iterator to go on with in place of the first that is asked for. */
  private goOn: { iterator: Batches; pass: Pass } | null = null;

  /** @param sources the training data, and the validation data where they are a data set */
  constructor(sources: readonly Dataset[]) {
    this.sources = sources.map((data) => {
      const counter = countingOf(data);
      return { data, counter, counts: counter !== null };
    });
  }

  /** Says what counts the passes of the training data, where they do not do so themselves. */
  countTrainingBy(counter: ShuffledData): void {
    const [training] = this.sources;
    this.sources[0] = { ...training, counter, counts: training.counts && counter === training.counter };
  }

  /** The data sets as `fitDataset` is to see them. */
  observed(): Dataset[] {
    return this.sources.map(({ data }, of) => ({ size: data.size, iterator: () => this.nextPass(of) }));
  }

  private async nextPass(of: number): Promise<Batches> {
    if (of === 0 && this.goOn) {
      const { iterator, pass } = this.goOn;
      this.goOn = null;
      return this.reading(iterator, pass);
    }
    const pass = this.newPass(of);
    this.forgetDraws(of);
    this.passes.push(pass);
    const iterator = await this.noting(pass, -1, () => this.sources[of].data.iterator());
    return this.reading(iterator, pass);
  }

  /** Of data that count their passes only the last pass is read again, of the others the iterators made. */
  private forgetDraws(of: number): void {
    if (!this.sources[of].counter) return;
    for (const pass of this.passes) {
      if (pass.of === of) pass.draws = pass.draws.filter(([batch]) => batch < 0);
    }
  }

  private newPass(of: number): Pass {
    return { of, epoch: this.sources[of].counter?.epoch ?? null, batches: 0, digest: '', draws: [] };
  }

  /** Does something of the data's, and notes where the streams were if it drew from them. */
  private async noting<T>(pass: Pass, batch: number, work: () => Promise<T>): Promise<T> {
    const from = randomState();
    const result = await work();
    if (!isDeepStrictEqual(from, randomState())) pass.draws.push([batch, from]);
    return result;
  }

  private reading(iterator: Batches, pass: Pass): Batches {
    return {
      next: async () => {
        const result = await this.noting(pass, pass.batches, () => iterator.next());
        if (!this.sources[pass.of].counts) pass.digest = await digestOf(pass.digest, result.value);
        pass.batches++;
        return result;
      },
    };
  }

  private get sizes(): (number | null)[] {
    return this.sources.map(({ data }) => data.size ?? null);
  }

  /** What the data drew from the seeded streams, pass by pass. */
  get draws(): Int32Array {
    return packDraws(this.passes.map(({ draws }) => draws));
  }

  save(): SavedPasses {
    const counts = this.sources.map(
      ({ counter }) => counter && { epoch: counter.epoch, seed: counter.seed ?? null },
    );
    return { counts, sizes: this.sizes, passes: this.passes.map(({ draws: _, ...pass }) => pass) };
  }

  /**
   * Requires the data to be as long as those of the checkpoint, and to count their passes as they did.
   *
   * @throws RecurrentError where they do not
   */
  private check({ counts, sizes }: SavedPasses): void {
    if (counts.length !== this.sources.length) {
      const had = counts.length > 1 ? 'had' : 'had no';
      fail('checkpoint', `the checkpoint's run ${had} validation data in a data set: give the same here`);
    }
    for (const [of, { counter }] of this.sources.entries()) {
      if (this.sizes[of] !== sizes[of]) {
        const had = `${this.sizes[of]} batches, those of the checkpoint ${sizes[of]}`;
        fail('checkpoint', `${NAMES[of]} have ${had}: give the same data`);
      }
      if ((counter === null) !== (counts[of] === null)) {
        const had = counts[of] ? 'had an epoch, now they have none' : 'had no epoch, now they have one';
        fail('checkpoint', `when the checkpoint was made ${NAMES[of]} ${had}: give the same data`);
      }
      if (counter) checkSeed(counter, counts[of]);
    }
  }

  /** Says to the data how often they have been read. */
  restoreCounts({ counts }: SavedPasses): void {
    for (const [of, { counter }] of this.sources.entries()) {
      const count = counts[of];
      if (counter && count) counter.epoch = count.epoch;
    }
  }

  /**
   * Reads the data as they were read before, if that has not been done.
   *
   * @param draws what `draws` was when that was saved
   * @param continued whether one iterator goes on from epoch to epoch
   * @throws RecurrentError where other data come out, or the data set was read since it was made
   */
  async replay(saved: SavedPasses, draws: Int32Array, continued: boolean): Promise<void> {
    if (this.passes.length > 0) return;
    this.check(saved);
    const drawsOf = unpackDraws(draws, saved.passes.length);
    const lastOf = new Map(saved.passes.map(({ of, batches }, i) => [batches > 0 ? of : null, i]));
    for (const [i, pass] of saved.passes.entries()) {
      const { counter, counts } = this.sources[pass.of];
      const own = { ...pass, draws: drawsOf[i] };
      this.passes.push(own);
      const open = continued && pass.of === 0;
      if (counts && !open) continue;
      const whole = !counter || open || lastOf.get(pass.of) === i;
      const iterator = await this.again(own, whole ? pass.batches : 0);
      if (open) this.goOn = { iterator, pass: own };
    }
    // Each call of fitDataset asks for an iterator before its first epoch, which it uses with batchesPerEpoch alone.
    this.goOn ??= { iterator: NOTHING, pass: this.newPass(0) };
    this.restoreCounts(saved);
  }

  /** Makes the iterator of a pass anew, and reads as many of its batches. */
  private async again({ of, epoch, digest, draws }: Pass, batches: number): Promise<Batches> {
    const { data, counter, counts } = this.sources[of];
    const from = new Map(draws);
    const asBefore = async <T>(batch: number, work: () => Promise<T>) => {
      const place = from.get(batch);
      if (place) setRandomState(place);
      return work();
    };
    if (counter && epoch !== null) counter.epoch = epoch;
    const iterator = await asBefore(-1, () => data.iterator());
    let read = '';
    for (let i = 0; i < batches; i++) {
      const { value } = await asBefore(i, () => iterator.next());
      if (!counts) read = await digestOf(read, value);
      tf.dispose(value as never);
    }
    if (batches > 0 && read !== digest) {
      fail(
        'checkpoint',
        `${NAMES[of]} do not come out as when the checkpoint was made. Make the data set anew before fitDataset, give ` +
          'its shuffle a seed, shuffle(n, seed), and let what is read ahead draw from no stream that others draw from',
      );
    }
    return iterator;
  }
}
