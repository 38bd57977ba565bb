import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type OpenStore } from './openStore.js';

describe('clients of the embedded store', () => {
  let open: OpenStore;
  beforeAll(async () => {
    open = await openStore();
  });
  afterAll(() => open.close());

  it('mongoose models: validation, versions, unique keys, populate, lean', async () => {
    const connection = await mongoose.createConnection(open.store.uri, { dbName: 'moose' }).asPromise();
    const Unit = connection.model('Unit', new mongoose.Schema({ name: { type: String, unique: true } }));
    const Question = connection.model(
      'Question',
      new mongoose.Schema(
        {
          code: String,
          unit: { type: mongoose.Schema.Types.ObjectId, ref: 'Unit' },
          events: [{ at: Date, what: String }],
        },
        { timestamps: true, optimisticConcurrency: true },
      ).index({ code: 1 }, { unique: true }),
    );
    await Promise.all([Unit.init(), Question.init()]);
    const unit = await Unit.create({ name: 'Sở Xây dựng' });
    await expect(Unit.create({ name: 'Sở Xây dựng' })).rejects.toMatchObject({ code: 11000 });
    const question = await Question.create({
      code: 'KG-2026-000001',
      unit: unit._id,
      events: [{ at: new Date(), what: 'received' }],
    });
    const stale = await Question.findById(question._id).orFail();
    question.events.push({ at: new Date(), what: 'approved' });
    await question.save();
    stale.code = 'x';
    await expect(stale.save()).rejects.toThrow(mongoose.Error.VersionError);
    const found = await Question.findOne({ code: 'KG-2026-000001' }).populate('unit').lean();
    expect(found).toMatchObject({
      unit: { name: 'Sở Xây dựng' },
      events: [{ what: 'received' }, { what: 'approved' }],
    });
    expect(await Question.find({ 'events.what': 'approved' }).countDocuments()).toBe(1);
    await connection.close();
  });

  it('agenda: define, every, schedule and run', async () => {
    const agenda = new Agenda({
      backend: new MongoBackend({ address: `${open.store.uri}/agenda`, collection: 'jobs' }),
      processEvery: 50,
    });
    const ran: string[] = [];
    const both = new Promise<void>((resolve) => {
      const note = (name: string) => async (): Promise<void> => {
        ran.push(name);
        if (ran.includes('tick') && ran.includes('once')) resolve();
      };
      agenda.define('tick', note('tick'));
      agenda.define('once', note('once'));
    });
    await agenda.start();
    await agenda.every(1000, 'tick');
    await agenda.schedule(new Date(), 'once', { id: 7 });
    await both;
    const { jobs } = await agenda.queryJobs({ name: 'tick' });
    expect(jobs).toHaveLength(1);
    await agenda.stop();
    const left = await open.client.db('agenda').collection('jobs').findOne({ name: 'once' });
    expect(left).toMatchObject({ data: { id: 7 }, nextRunAt: null });
  });
});
