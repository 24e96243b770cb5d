// Some pages in a process: NUMBERS of them, at PORTS. What they report goes to the run, which keeps it, also when this process is killed.
import { chanceOf } from '../support/fuzz-frames.mjs';
import { Page } from './page.mjs';
import { answerTo } from './process.mjs';

const { NUMBERS, PORTS, SEED, PLANT, LIFE } = process.env;
const ports = PORTS.split(' ');
const life = Number(LIFE);

const report = one => process.send({ report: one });
const pages = NUMBERS.split(' ').map((number, index) => new Page({
  number: Number(number), life, port: ports[index], chance: chanceOf(Number(SEED) + 1_000 * Number(number) + life), plant: PLANT, report,
}));

const each = ask => () => pages.map(page => ask(page));
setInterval(() => {
  for (const page of pages) report({ life: page.life, seen: page.takeSeen() });
}, 200);

answerTo({
  begin: each(page => page.begin()),
  rest: each(page => page.rest()),
  again: name => pages.filter(page => !name || page.name === name).forEach(page => page.again()),
  deafen: each(page => page.deafen()),
  state: each(({ life, states, told, pending }) => ({ life, states, told, pending })),
  shown: each(page => ({ number: page.number, life: page.life, lists: page.shown(), drafts: page.drafts })),
  seen: each(page => report({ life: page.life, seen: page.takeSeen() })),
  stop: each(page => page.stop()),
  kept: each(({ life, kept, bare }) => ({ life, kept, bare })),
  close: each(page => page.close()),
});
