/** @file Builds the code of one WebAssembly function: locals, instructions, loops. */
import { ByteBuffer } from "./byte-buffer";
import {
  instructions,
  laneInstructions,
  laneMemoryInstructions,
  memoryInstructions,
  shuffleCode,
  valueTypes,
  vectorConstantCode,
  type Instruction,
  type MemoryInstruction,
  type ValueType,
} from "./instructions";

const scratch = new DataView(new ArrayBuffer(8));

/** A local variable: its index. */
export type Local = number & { readonly __brand?: "Local" };

/** One function's code. Locals need not be declared beforehand. */
export class FunctionBuilder {
  private readonly out = new ByteBuffer(1024);
  private readonly locals: ValueType[] = [];
  private readonly parameterCount: number;

  constructor(parameters: readonly ValueType[] = []) {
    this.parameterCount = parameters.length;
  }

  local(type: ValueType): Local {
    this.locals.push(type);
    return this.parameterCount + this.locals.length - 1;
  }

  op(name: Instruction): this {
    this.out.code(instructions[name]);
    return this;
  }

  get(local: Local): this {
    return this.indexed(0x20, local);
  }

  set(local: Local): this {
    return this.indexed(0x21, local);
  }

  tee(local: Local): this {
    return this.indexed(0x22, local);
  }

  call(functionIndex: number): this {
    return this.indexed(0x10, functionIndex);
  }

  i32(value: number): this {
    this.out.byte(0x41);
    this.out.signed(value);
    return this;
  }

  f32(value: number): this {
    scratch.setFloat32(0, value, true);
    this.out.byte(0x43);
    for (let i = 0; i < 4; i++) this.out.byte(scratch.getUint8(i));
    return this;
  }

  f64(value: number): this {
    scratch.setFloat64(0, value, true);
    this.out.byte(0x44);
    for (let i = 0; i < 8; i++) this.out.byte(scratch.getUint8(i));
    return this;
  }

  /** A constant that fits 32 bits. */
  i64(value: number): this {
    this.out.byte(0x42);
    this.out.signed(value);
    return this;
  }

  /** Four 32-bit lanes, given by their bits. */
  v128(lanes: readonly [number, number, number, number]): this {
    this.out.code(vectorConstantCode);
    for (const lane of lanes) {
      scratch.setInt32(0, lane, true);
      for (let i = 0; i < 4; i++) this.out.byte(scratch.getUint8(i));
    }
    return this;
  }

  /** Picks four 32-bit lanes out of the eight of two vectors. */
  shuffle(lanes: readonly [number, number, number, number]): this {
    this.out.code(shuffleCode);
    for (const lane of lanes) for (let i = 0; i < 4; i++) this.out.byte(lane * 4 + i);
    return this;
  }

  lane(name: keyof typeof laneInstructions, lane: number): this {
    this.out.code(laneInstructions[name]);
    this.out.byte(lane);
    return this;
  }

  /** A load or store at the address on the stack plus `offset` bytes, which is not negative. */
  memory(name: MemoryInstruction, offset: number): this {
    const { code, align } = memoryInstructions[name];
    this.out.code(code);
    this.out.byte(align);
    this.out.unsigned(offset);
    return this;
  }

  laneMemory(name: keyof typeof laneMemoryInstructions, offset: number, lane: number): this {
    this.out.code(laneMemoryInstructions[name]);
    this.out.byte(2);
    this.out.unsigned(offset);
    this.out.byte(lane);
    return this;
  }

  /** Adds a constant to an i32 local. */
  increase(local: Local, by: number): this {
    return by === 0 ? this : this.get(local).i32(by).op("i32.add").set(local);
  }

  /** `body`, again and again, as long as the i32 that `condition` leaves on the stack is not 0. */
  loopWhile(body: () => void, condition: () => void): void {
    this.out.code([0x03, 0x40]);
    body();
    condition();
    this.out.code([0x0d, 0x00, 0x0b]);
  }

  /** If the i32 on the stack is not 0. */
  when(body: () => void): void {
    this.out.code([0x04, 0x40]);
    body();
    this.out.byte(0x0b);
  }

  /** If the i32 on the stack is not 0 the value of `yes`, else that of `no`. */
  choose(type: ValueType, yes: () => void, no: () => void): void {
    this.out.code([0x04, valueTypes[type]]);
    yes();
    this.out.byte(0x05);
    no();
    this.out.byte(0x0b);
  }

  /** Leaves the function's body as the binary format has it: locals in runs, code, end. */
  finish(): Uint8Array {
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const body = new ByteBuffer(this.out.length + 16);
    body.unsigned(runs.length);
    for (const { type, count } of runs) {
      body.unsigned(count);
      body.byte(valueTypes[type]);
    }
    body.append(this.out.view());
    body.byte(0x0b);
    return body.view();
  }

  private indexed(code: number, index: number): this {
    this.out.byte(code);
    this.out.unsigned(index);
    return this;
  }
}
