// The full history of a run: every write that was asked for and how it ended, what each page was shown in which order, and every change
// that the database has committed, kept by a trigger of the run's own. It says what is wrong with them.

// Whether such an error says that nothing was done. What is sent again may be refused to whoever has lost the right to it since it was done.
export const isDefinite = (code, times = 1) => times < 2 && !['timeout', 'disconnected', 'aborted', 'internal', 'unknown'].includes(code);

// After the store's own trigger, which lets one transaction commit at a time: so the numbers are in the order of the commits.
export const trigger = `
  create table history (seq bigserial primary key, origin text, id text, version bigint, action text, attributes jsonb);
  create function keep_history() returns trigger language plpgsql as $$
  declare one things := coalesce(new, old);
  begin
    insert into history (origin, id, version, action, attributes)
    values (current_setting('iosync.origin', true), one.id, one.version, tg_op, case tg_op when 'DELETE' then null else new.attributes end);
    return null;
  end $$;
  create constraint trigger zz_history after insert or update or delete on things
    deferrable initially deferred for each row execute function keep_history();`;

const actions = { create: 'INSERT', update: 'UPDATE', patch: 'UPDATE', delete: 'DELETE' };

export class History {
  writes = new Map();
  // Of the latest probe, see rights.mjs: what some page was shown.
  probe = '';
  #rows = [];
  #byOp = new Map();
  #seen = new Map();
  // Found while it runs.
  #closed = [];
  #sent = [];
  #ends = [];

  constructor(query) {
    this.query = query;
  }

  // What a page reports.
  hear(report) {
    const { asked, ended, seen, closed, sent } = report;
    if (asked) this.writes.set(asked, { op: asked, ...report, ends: [] });
    if (ended) this.writes.get(ended).ends.push(report);
    for (const [view, id, mark] of seen ?? []) {
      this.#seenBy(report.life, view).push({ id, mark });
      if (mark?.startsWith('closed to')) this.probe = mark;
    }
    // One that has never been live may have taken a mute line for that of another server.
    if (closed && report.code !== 'forbidden' && report.hasBeenLive) this.#closed.push(report);
    if (sent) this.#sent.push(report);
  }

  // Reads what has been committed since.
  async read() {
    this.#ends = [...this.writes.values()].filter(({ ends }) => ends.length);
    const rows = await this.query('select * from history where seq > $1 order by seq', [this.#rows.at(-1)?.seq ?? 0]);
    for (const row of rows) {
      this.#rows.push(row);
      const [, op] = row.origin?.split(' ') ?? [];
      if (op) this.#byOp.set(op, [...(this.#byOp.get(op) ?? []), row]);
    }
    return this.#rows;
  }

  // What holds at any time: of what had ended before the last reading.
  findings() {
    return { lost: this.#ends.flatMap(write => this.#lost(write)), twice: this.#twice(), leaked: this.#sent.map(({ sent, to }) => `${to} was sent "${sent}"`) };
  }

  // What holds in the end; `lives` are those of the pages that have not been killed.
  unsettled(lives) {
    const writes = [...this.writes.values()];
    return [
      ...writes.filter(({ life, ends }) => ends.length === 0 && lives.includes(life)).map(write => `${said(write)} has not ended`),
      ...writes.filter(({ ends }) => ends.length > 1).map(write => `${said(write)} has ended ${write.ends.length} times`),
    ];
  }

  strayed() {
    return [...this.#backwards(), ...this.#closed.map(({ life, closed, code }) => `"${closed}" of ${life} has ended by itself: ${code}`)];
  }

  counts() {
    const count = { asked: this.writes.size, done: 0, refused: 0, unknown: 0 };
    for (const { ends: [end] } of this.writes.values()) count[!end ? 'unknown' : !end.code ? 'done' : isDefinite(end.code, end.times) ? 'refused' : 'unknown'] += 1;
    const seen = [...this.#seen.values()].reduce((sum, list) => sum + list.length, 0);
    return { ...count, commits: this.#rows.length, seen };
  }

  // By their codes.
  errors() {
    const count = {};
    for (const { ends: [end] } of this.writes.values()) if (end?.code) count[end.code] = (count[end.code] ?? 0) + 1;
    return count;
  }

  #lost(write) {
    const { op, method, mark, ends: [{ code, id = write.id, version }] } = write;
    const [row, ...others] = this.#byOp.get(op) ?? [];
    // More than one is another mistake.
    if (code || others.length) return [];
    if (!row) return [`${said(write)} was acknowledged, and never committed`];
    // Whoever may not see it any more is answered that it was done, and nothing else.
    const isThis = id === undefined || row.id === String(id);
    const isRight = row.action === actions[method] && isThis && (method === 'delete' || row.attributes.mark === mark);
    if (!isRight) return [`${said(write)} was committed as ${JSON.stringify(row)}, and answered by ${JSON.stringify(write.ends[0])}`];
    return version === undefined || version === Number(row.version) ? [] : [`${said(write)} was told version ${version}, and committed as ${row.version}`];
  }

  // More often than it was asked for: also what was refused, and what nobody has asked for.
  #twice() {
    const words = [];
    for (const [op, rows] of this.#byOp) {
      const write = this.writes.get(op);
      if (!write) words.push(`${JSON.stringify(rows[0])} was asked for by nobody`);
      else if (rows.length > 1) words.push(`${said(write)} was committed ${rows.length} times`);
      else if (write.ends.some(({ code, times }) => code && isDefinite(code, times))) words.push(`${said(write)} was committed, and refused: ${write.ends[0].code}`);
    }
    return words;
  }

  #seenBy(life, view) {
    const key = `${life} ${view}`;
    if (!this.#seen.has(key)) this.#seen.set(key, []);
    return this.#seen.get(key);
  }

  // Each change has a mark of its own: so it is known which version was shown.
  #backwards() {
    const versions = new Map(this.#rows.flatMap(({ id, version, attributes }) => (attributes ? [[`${id} ${attributes.mark}`, Number(version)]] : [])));
    const words = [];
    for (const [who, list] of this.#seen) {
      const last = new Map();
      for (const { id, mark } of list) {
        if (mark === null) continue;
        const version = versions.get(`${id} ${mark}`);
        if (version === undefined) words.push(`${who} was shown ${id} as "${mark}", which it has never been`);
        else if (version < (last.get(id) ?? 0)) words.push(`${who} was shown ${id} in version ${version} after version ${last.get(id)}`);
        last.set(id, version);
      }
    }
    return words;
  }
}

const said = ({ method, id, mark, life, op }) => `${method} ${id ?? ''} "${mark ?? ''}" of ${life} (op ${op})`;
