import type { ASTNode } from '@marcbachmann/cel-js';
import { ExpressionProblem } from './expression-problem.js';
import { type Binding, bindingOf, callOf, type FunctionCall, literalText } from './expression-tree.js';
import { type CallCost, costOfCall, NOTHING } from './function-costs.js';
import { costOfOperator, larger } from './operator-costs.js';
import { type Shape, VARIABLES } from './variables.js';

/** What an expression may cost at most, in steps of about 50 ns: 2.5 ms for the worst request that there is. */
const MAX_COST = 50_000;
/** Longest text or list that it may make. */
const MAX_SIZE = 65_536;
/** What an error takes to make. It quotes the expression, with the place that it names. */
const ERROR_STEPS = 200;
const ERROR_STEPS_PER_CHARACTER = 0.35;

type PartNode = Exclude<ASTNode, { op: 'call' | 'rcall' | 'value' | 'id' | 'list' | '?:' }>;

type Shapes = ReadonlyMap<string, Shape>;
const GIVEN: Shapes = new Map(VARIABLES.map(({ name, shape }) => [name, shape]));

/**
 * The most steps that an expression can take, whatever the request: each value is taken for as large as it may be.
 * So nothing has to be counted while it runs.
 * @param root as it was written, before functions were replaced
 * @param length of the expression, in characters
 * @throws ExpressionProblem when it is too much
 */
export function costOf(root: ASTNode, length: number): number {
  const meter = new Meter(ERROR_STEPS + length * ERROR_STEPS_PER_CHARACTER);
  meter.measure(root, GIVEN, 1);
  return Math.ceil(meter.total);
}

class Meter {
  total = 0;

  constructor(private readonly errorSteps: number) {}

  measure(node: ASTNode, shapes: Shapes, times: number): Shape {
    const shape = this.shapeOf(node, shapes, times);
    if (shape.size > MAX_SIZE) throw ExpressionProblem.at(node, `it could make a value of ${shape.size} elements`);
    return shape;
  }

  private spend(node: ASTNode, steps: number): void {
    this.total += steps;
    if (this.total > MAX_COST) {
      throw ExpressionProblem.at(node, 'the expression could cost too much: use fewer loops and shorter patterns');
    }
  }

  private shapeOf(node: ASTNode, shapes: Shapes, times: number): Shape {
    this.spend(node, times);
    switch (node.op) {
      case 'call':
      case 'rcall':
        return this.shapeOfCall(node, callOf(node), shapes, times);
      case 'value':
        return { size: literalText(node)?.length ?? 0 };
      case 'id':
        return shapes.get(node.args) ?? NOTHING;
      case 'list':
        return this.shapeOfList(node.args, shapes, times);
      case '?:':
        this.measure(node.args[0], shapes, times);
        return larger(this.measure(node.args[1], shapes, times), this.measure(node.args[2], shapes, times));
      default:
        return this.shapeOfPart(node, shapes, times);
    }
  }

  private shapeOfPart(node: PartNode, shapes: Shapes, times: number): Shape {
    switch (node.op) {
      case '.': {
        const left = this.measure(node.args[0], shapes, times);
        return left.fields?.[node.args[1]] ?? left.item ?? NOTHING;
      }
      case '!_':
      case '-_':
        return this.measure(node.args, shapes, times);
      case '.?':
      case '[?]':
      case 'map':
        throw ExpressionProblem.at(node, 'this is not available in policies');
      default:
        return this.shapeOfOperator(node, node.args[0], node.args[1], shapes, times);
    }
  }

  private shapeOfList(items: readonly ASTNode[], shapes: Shapes, times: number): Shape {
    let item = NOTHING;
    for (const one of items) item = larger(item, this.measure(one, shapes, times));
    return { size: items.length, item };
  }

  private shapeOfOperator(node: ASTNode, one: ASTNode, other: ASTNode, shapes: Shapes, times: number): Shape {
    const left = this.measure(one, shapes, times);
    const right = this.measure(other, shapes, times);
    return this.shapeOfCost(node, costOfOperator(node.op, left, right), times);
  }

  private shapeOfCall(node: ASTNode, call: FunctionCall, shapes: Shapes, times: number): Shape {
    const binding = bindingOf(call);
    if (binding) return this.shapeOfMacro(node, call.name, binding, shapes, times);
    const receiver = call.receiver ? this.measure(call.receiver, shapes, times) : undefined;
    const args = call.args.map((argument) => this.measure(argument, shapes, times));
    const [first = NOTHING] = args;
    return this.shapeOfCost(node, costOfCall(call.name, receiver ?? first, first, call.args[0]), times);
  }

  private shapeOfCost(node: ASTNode, { steps, shape, canFail = false }: CallCost, times: number): Shape {
    this.spend(node, (steps + (canFail ? this.errorSteps : 0)) * times);
    return shape;
  }

  private shapeOfMacro(node: ASTNode, macro: string, binding: Binding, shapes: Shapes, times: number): Shape {
    const source = this.measure(binding.source, shapes, times);
    const each = binding.kind === 'each';
    const inner = new Map([...shapes, [binding.name, each ? (source.item ?? NOTHING) : source]]);
    const rounds = each ? times * Math.max(1, source.size) : times;
    this.spend(node, rounds);
    let body = NOTHING;
    for (const one of binding.bodies) body = this.measure(one, inner, rounds);
    if (!each) return body;
    if (macro === 'map') return { size: source.size, item: body };
    return macro === 'filter' ? source : NOTHING;
  }
}
