// Re-reads documents that may differ from the server: after a failed write, and after a write that the subscription was not told about.

import type Backbone from 'backbone';
import type { Entry } from '../wire';
import { attempt } from '../attempt';
import { versionAttribute } from '../wire';
import { putBack } from './entity';
import type { Known } from './known';
import type { Attributes } from './writes';

/** Reads single documents from the server, for a subscription. */
export interface DocumentReader {
  _isLive(): boolean;
  /** Calls back with the document as the subscription shows it, and its version; without any if the subscription does not show it. */
  _read(id: string, callback: (error: unknown, documents: Attributes[]) => void): void;
}

/** What repairs need of the replica. */
interface RepairsHost {
  readonly _idAttribute: string;
  readonly _hasEnded: boolean;
  _get(id: string): Backbone.Model | undefined;
  /** Whether a write of the page's is under way for it. */
  _isWriting(id: string): boolean;
  _put(entries: readonly Entry[]): void;
  _remove(entry: Entry): void;
}

export class Repairs {
  /** The repairs that wait for an answer. If it has not come by the next tick, the document is requested again. */
  private readonly _reading = new Set<Attributes[]>();

  constructor(
    private readonly _host: RepairsHost,
    private readonly _known: Known,
    private readonly _reader: DocumentReader,
  ) {}

  _restart(): void {
    this._reading.clear();
    this._readAll();
  }

  _readAll(): void {
    if (!this._reader._isLive()) return;
    for (const [id, sent] of this._known._broken) if (!this._host._isWriting(id)) this._repair(id, sent);
  }

  /** Attributes that the write has set, and nobody has changed since, get the server's values back. */
  private _repair(id: string, sent: Attributes[]): void {
    const { _host, _known, _reading } = this;
    const told = _known._get(id);
    if (_reading.has(sent)) return;
    _reading.add(sent);
    this._reader._read(id, (error, documents) => {
      if (error || _host._hasEnded || _known._broken.get(id) !== sent) return;
      _reading.delete(sent);
      // The answer may be older than what was heard meanwhile.
      if (_known._get(id) !== told || _host._isWriting(id)) return this._readAll();
      _known._broken.delete(id);
      const document = ([] as Attributes[]).concat(documents)[0];
      const held = _known._versionOf(id);
      if (!document) return _host._remove({ action: 'leave', id, version: held });
      const version = document[versionAttribute] as number;
      const attrs = Object.assign({}, document);
      for (const name of [versionAttribute, _host._idAttribute]) delete attrs[name];
      const model = _host._get(id);
      if (!model || version > held) _host._put([{ action: 'put', id, version, attrs }]);
      if (model) attempt(() => putBack(model, sent, attrs));
    });
  }
}
