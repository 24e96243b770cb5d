// The rooms of a backend on this node: one for each channel and scope that has members, so that what is pushed is decided once per room and
// not for each socket. An empty room is forgotten.

import { matcher, type Scope } from './filter';
import { roomOf } from './rooms';

/** A room, and how many sockets are in it. */
export interface Shape {
  readonly room: string;
  readonly scope: Scope;
  /** The scope's filter, compiled once for all pushes. */
  readonly fits: ReturnType<typeof matcher> | undefined;
  members: number;
}

export class Shapes {
  private readonly byChannel = new Map<string, Map<string, Shape>>();

  constructor(private readonly backend: string) {}

  in(channel: string): Iterable<Shape> {
    return this.byChannel.get(channel)?.values() ?? [];
  }

  /** Returns the room, and its undo. */
  enter(channel: string, scope: Scope): [room: string, leave: () => void] {
    const room = roomOf(this.backend, channel, scope);
    const shapes = this.byChannel.get(channel) ?? new Map<string, Shape>();
    const shape = shapes.get(room) ?? { room, scope, fits: scope.where && matcher(scope.where), members: 0 };
    shape.members += 1;
    this.byChannel.set(channel, shapes.set(room, shape));
    const leave = (): void => {
      shape.members -= 1;
      if (shape.members) return;
      shapes.delete(room);
      if (!shapes.size && this.byChannel.get(channel) === shapes) this.byChannel.delete(channel);
    };
    return [room, leave];
  }
}
