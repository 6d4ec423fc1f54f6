import { expect, it } from 'vitest'
import { canonicalJson, hashOf } from '../../main/store/json.ts'
import { fromJson, toJson } from '../../shared/util/json.ts'

it('round-trips every number', () => {
  const value = {
    best: -Infinity,
    loss: [NaN, Infinity, -0, 0, 0.1, 5e-324],
    text: 'NaN',
    none: null,
    inner: { n: NaN },
  }
  expect(fromJson(toJson(value))).toStrictEqual(value)
  expect(Object.is(fromJson<number>(toJson(-0)), -0)).toBe(true)
})

it('writes ordinary values as plain JSON', () => {
  const value = { a: 1, b: [true, 'x'], c: { $number: 'seven' } }
  expect(toJson(value)).toBe(JSON.stringify(value))
  expect(fromJson(toJson(value))).toEqual(value)
})

it('hashes equal values equally, whatever the order of their keys', () => {
  expect(canonicalJson({ b: [{ z: 1, y: 2 }], a: null })).toBe('{"a":null,"b":[{"y":2,"z":1}]}')
  expect(hashOf({ b: 1, a: { d: 2, c: 3 } })).toBe(hashOf({ a: { c: 3, d: 2 }, b: 1 }))
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]))
  // sha256sum of the text {"a":1}
  expect(hashOf({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862')
})
