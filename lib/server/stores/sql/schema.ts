// The tables and triggers, as numbered steps: a step that has been released is never changed, only followed by another.
//
// All that stores promise of a write is done by triggers, so that it also holds for the writes of other programs: versions, heads, the
// log, and the notification of listeners. Changes are logged when their transaction commits (the trigger is deferred), one committing
// transaction at a time. So heads have no gaps and are in the order of the commits; and since every transaction takes that lock last, it
// causes no deadlock.
// The newest change of a channel is never deleted: it is the channel's counter. A row that only counts would have to be
// updated for each document, and a bulk of n of them would take n² steps.

import { forbiddenKeys, maximumDepth } from '../base';
import { literal, notifications, quoted, type Names } from './names';

/** Names that every object inherits, as in base.ts. */
const inherited = Object.getOwnPropertyNames(Object.prototype).map(literal).join(', ');

// Both limits are part of a step: to change them in base.ts takes another step here.
const tooDeep = `strict $.**{${maximumDepth + 1}} ? (@.type() == "object" || @.type() == "array")`;
/** On whichever level. */
const forbiddenKey = `$.** ? (${forbiddenKeys.map(key => `exists(@."${key}")`).join(' || ')})`;
const isIn = (path: string): string => `jsonb_path_exists(attributes, ${literal(path)})`;

/** The row of all deleted documents that have been forgotten: new ones count from their highest version. No document can have this id. */
export const forgotten = '';

/** The advisory lock of a transaction that commits changes. */
const commitLock = 764_001;
/** The advisory lock of a transaction that changes the schema. */
export const schemaLock = 764_002;

/** The steps of what all tables of a schema share. */
export const sharedSteps: readonly ((names: Names) => string)[] = [
  ({ schema, log, deleted }) => `
    create sequence ${quoted(schema)}.iosync_seq;
    create table ${log} (
      "table" text collate "C" not null,
      channel text collate "C" not null,
      head bigint not null,
      seq bigint not null,
      id text collate "C" not null,
      version bigint not null,
      action text not null,
      origin text,
      former jsonb,
      at timestamptz not null,
      primary key ("table", channel, head)
    );
    create unique index iosync_log_seq on ${log} ("table", seq);
    create table ${deleted} (
      "table" text collate "C" not null,
      id text collate "C" not null,
      version bigint not null,
      at timestamptz not null,
      primary key ("table", id)
    );

    create function ${quoted(schema)}.iosync_version() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    begin
      if tg_op = 'DELETE' or (tg_op = 'UPDATE' and new.id <> old.id) then
        insert into ${deleted} as gone ("table", id, version, at) values (tg_table_name, old.id, old.version, clock_timestamp())
          on conflict ("table", id) do update set version = greatest(gone.version, excluded.version), at = excluded.at;
      end if;
      if tg_op = 'DELETE' then
        return old;
      end if;
      if tg_op = 'INSERT' or new.id <> old.id then
        -- Waits for whoever is deleting it, so that its last version can be seen below.
        execute format('select from %I.%I where id = $1 for key share', tg_table_schema, tg_table_name) using new.id;
      end if;
      new.version := 1 + greatest(
        case tg_op when 'UPDATE' then old.version end,
        (select max(version) from ${deleted} where "table" = tg_table_name and id = any(array[
          new.id, case when tg_op = 'INSERT' or new.id <> old.id then ${literal(forgotten)} end])), 0);
      return new;
    end $body$;

    create function ${quoted(schema)}.iosync_record(name text, of_channel text, of_id text, of_version bigint, what text, before jsonb)
    returns void language plpgsql as $body$
    begin
      insert into ${log} ("table", channel, head, seq, id, version, action, origin, former, at)
      values (
        name, of_channel,
        coalesce((select head from ${log} where "table" = name and channel = of_channel order by head desc limit 1), 0) + 1,
        nextval(${literal(`${quoted(schema)}.iosync_seq`)}),
        of_id, of_version, what, nullif(current_setting('iosync.origin', true), ''), before, clock_timestamp()
      )
      -- A snapshot older than the newest head leads to a number that is given: PostgreSQL then asks to try the transaction anew (40001).
      on conflict ("table", channel, head) do nothing;
      if not found then
        raise exception 'could not number a change in channel "%", where others have committed meanwhile', of_channel
          using errcode = 'serialization_failure';
      end if;
    end $body$;

    create function ${quoted(schema)}.iosync_begin(name text) returns void language plpgsql as $body$
    begin
      perform pg_advisory_xact_lock(${commitLock}, hashtext(${literal(schema)}));
      perform pg_notify(${literal(notifications)}, json_build_object('schema', ${literal(schema)}, 'table', name)::text);
    end $body$;

    -- With the rights of whoever made it, so that a program needs none but those on its documents.
    create function ${quoted(schema)}.iosync_changed() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    declare last bigint; is_stale boolean;
    begin
      perform ${quoted(schema)}.iosync_begin(tg_table_name);
      if tg_op = 'UPDATE' and new.id = old.id and new.channel = old.channel then
        perform ${quoted(schema)}.iosync_record(tg_table_name, new.channel, new.id, new.version, 'update', old.attributes);
        return null;
      end if;
      if tg_op <> 'INSERT' then
        perform ${quoted(schema)}.iosync_record(tg_table_name, old.channel, old.id, old.version, 'delete', old.attributes);
      end if;
      if tg_op <> 'DELETE' then
        -- Others may have created and deleted it while this one waited for the index; then its version is too low. Stores try anew.
        select version into last from ${deleted} where "table" = tg_table_name and id = new.id;
        if last >= new.version then
          execute format('select exists (select from %I.%I where id = $1 and version <= $2)', tg_table_schema, tg_table_name)
            into is_stale using new.id, last;
          if is_stale then
            raise exception 'could not count the version of "%", which others have created and deleted meanwhile', new.id
              using errcode = 'serialization_failure';
          end if;
        end if;
        perform ${quoted(schema)}.iosync_record(tg_table_name, new.channel, new.id, new.version, 'create', null);
      end if;
      return null;
    end $body$;

    create function ${quoted(schema)}.iosync_truncated() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    declare document record;
    begin
      perform ${quoted(schema)}.iosync_begin(tg_table_name);
      for document in execute format('select * from %I.%I order by id', tg_table_schema, tg_table_name) loop
        insert into ${deleted} as gone ("table", id, version, at) values (tg_table_name, document.id, document.version, clock_timestamp())
          on conflict ("table", id) do update set version = greatest(gone.version, excluded.version), at = excluded.at;
        perform ${quoted(schema)}.iosync_record(tg_table_name, document.channel, document.id, document.version, 'delete', document.attributes);
      end loop;
      return null;
    end $body$;`,
  ({ ops }) => `
    create table ${ops} (
      "table" text collate "C" not null,
      key text collate "C" not null,
      digest text not null,
      answer text not null,
      at timestamptz not null,
      primary key ("table", key)
    );`,
];

/** The steps of one store's table. */
export const tableSteps: readonly ((names: Names) => string)[] = [
  ({ schema, documents }) => `
    create table ${documents} (
      id text collate "C" primary key
        check (char_length(id) between 1 and 255 and id not in (${inherited})),
      channel text collate "C" not null default '' check (char_length(channel) <= 255),
      version bigint not null default 1,
      attributes jsonb not null default '{}'
        check (jsonb_typeof(attributes) = 'object' and not ${isIn(tooDeep)} and not ${isIn(forbiddenKey)})
    );
    create index on ${documents} (channel, id);
    create trigger iosync_version before insert or update or delete on ${documents}
      for each row execute function ${quoted(schema)}.iosync_version();
    create constraint trigger iosync_changed after insert or update or delete on ${documents}
      deferrable initially deferred for each row execute function ${quoted(schema)}.iosync_changed();
    create trigger iosync_truncated before truncate on ${documents}
      for each statement execute function ${quoted(schema)}.iosync_truncated();`,
];

/** Logs what the transaction has written so far, before it writes for another origin. */
export const flush = ({ schema }: Names): string =>
  `set constraints ${quoted(schema)}.iosync_changed immediate; set constraints ${quoted(schema)}.iosync_changed deferred`;

