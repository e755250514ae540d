/*
 * Operators. Source: cel-spec doc/langdef.md, "Arithmetic", "Ordering"; cel-go common/types
 * (overflow.go, int.go, double.go, list.go).
 */
#include <math.h>

#include "emulator/base/arena.h"
#include "emulator/kube/cel/inner.h"

#define NS 1000000000LL

static struct cel_value overflow(struct cel_run *run, const char *what)
{
	return cel_error(run->arena, "%s overflow", what);
}

static struct cel_value op_not(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(!a[0].truth);
}

static struct cel_value negate_int(struct cel_run *run, const struct cel_value *a)
{
	return a->integer == INT64_MIN ? overflow(run, "integer") : cel_int(-a->integer);
}

static struct cel_value negate_double(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_double(-a->real);
}

/* int, and duration with duration */
static struct cel_value integer_like(const struct cel_value *like, int64_t integer)
{
	struct cel_value value = *like;

	value.integer = integer;
	return value;
}

static struct cel_value add_int(struct cel_run *run, const struct cel_value *a)
{
	int64_t sum;

	if (__builtin_add_overflow(a[0].integer, a[1].integer, &sum))
		return overflow(run, "integer");
	return integer_like(a, sum);
}

static struct cel_value sub_int(struct cel_run *run, const struct cel_value *a)
{
	int64_t sum;

	if (__builtin_sub_overflow(a[0].integer, a[1].integer, &sum))
		return overflow(run, "integer");
	return integer_like(a, sum);
}

static struct cel_value mul_int(struct cel_run *run, const struct cel_value *a)
{
	int64_t product;

	return __builtin_mul_overflow(a[0].integer, a[1].integer, &product)
		       ? overflow(run, "integer")
		       : cel_int(product);
}

static struct cel_value div_int(struct cel_run *run, const struct cel_value *a)
{
	if (!a[1].integer)
		return cel_error(run->arena, "division by zero");
	if (a[0].integer == INT64_MIN && a[1].integer == -1)
		return overflow(run, "integer");
	return cel_int(a[0].integer / a[1].integer);
}

static struct cel_value mod_int(struct cel_run *run, const struct cel_value *a)
{
	if (!a[1].integer)
		return cel_error(run->arena, "modulus by zero");
	if (a[0].integer == INT64_MIN && a[1].integer == -1)
		return overflow(run, "integer");
	return cel_int(a[0].integer % a[1].integer);
}

static struct cel_value add_uint(struct cel_run *run, const struct cel_value *a)
{
	uint64_t sum;

	return __builtin_add_overflow(a[0].natural, a[1].natural, &sum)
		       ? overflow(run, "unsigned integer")
		       : cel_uint(sum);
}

static struct cel_value sub_uint(struct cel_run *run, const struct cel_value *a)
{
	return a[0].natural < a[1].natural ? overflow(run, "unsigned integer")
					   : cel_uint(a[0].natural - a[1].natural);
}

static struct cel_value mul_uint(struct cel_run *run, const struct cel_value *a)
{
	uint64_t product;

	return __builtin_mul_overflow(a[0].natural, a[1].natural, &product)
		       ? overflow(run, "unsigned integer")
		       : cel_uint(product);
}

static struct cel_value div_uint(struct cel_run *run, const struct cel_value *a)
{
	return a[1].natural ? cel_uint(a[0].natural / a[1].natural)
			    : cel_error(run->arena, "division by zero");
}

static struct cel_value mod_uint(struct cel_run *run, const struct cel_value *a)
{
	return a[1].natural ? cel_uint(a[0].natural % a[1].natural)
			    : cel_error(run->arena, "modulus by zero");
}

static struct cel_value add_double(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_double(a[0].real + a[1].real);
}

static struct cel_value sub_double(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_double(a[0].real - a[1].real);
}

static struct cel_value mul_double(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_double(a[0].real * a[1].real);
}

static struct cel_value div_double(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_double(a[0].real / a[1].real);
}

static struct cel_value add_text(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value value = a[0];
	char *text = arena_alloc(run->arena, a[0].length + a[1].length + 1);

	if (a[0].length)
		memcpy(text, a[0].text, a[0].length);
	if (a[1].length)
		memcpy(text + a[0].length, a[1].text, a[1].length);
	value.text = text;
	value.length = a[0].length + a[1].length;
	return value;
}

/* Seconds and nanoseconds moved by ns; false: out of the years 1 to 9999. */
static bool move(const struct cel_value *when, __int128 ns, struct cel_value *ret)
{
	__int128 all = (__int128)when->integer * NS + when->nanos + ns;
	__int128 nanos = all % NS, seconds;

	if (nanos < 0)
		nanos += NS;
	seconds = (all - nanos) / NS;
	if (seconds < -62135596800LL || seconds > 253402300799LL)
		return false;
	*ret = cel_timestamp((int64_t)seconds, (int32_t)nanos);
	return true;
}

static struct cel_value add_time(struct cel_run *run, const struct cel_value *a)
{
	bool first = a[0].kind == CEL_TIMESTAMP;
	struct cel_value value;

	return move(&a[!first], a[first].integer, &value) ? value : overflow(run, "timestamp");
}

static struct cel_value sub_time(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value value;

	return move(&a[0], -(__int128)a[1].integer, &value) ? value : overflow(run, "timestamp");
}

static struct cel_value sub_times(struct cel_run *run, const struct cel_value *a)
{
	__int128 ns = ((__int128)a[0].integer - a[1].integer) * NS + a[0].nanos - a[1].nanos;

	return ns > INT64_MAX || ns < INT64_MIN ? overflow(run, "duration")
						: cel_duration((int64_t)ns);
}

static struct cel_value add_list(struct cel_run *run, const struct cel_value *a)
{
	return cel_list_add(run, &a[0], &a[1]);
}

static struct cel_value equals(struct cel_run *run, const struct cel_value *a)
{
	return cel_bool(cel_equal(run->arena, &a[0], &a[1]));
}

static struct cel_value differs(struct cel_run *run, const struct cel_value *a)
{
	return cel_bool(!cel_equal(run->arena, &a[0], &a[1]));
}

/* a NaN is neither: the real server has an error for it, not a false */
static struct cel_value ordered(struct cel_run *run, const struct cel_value *a, bool less,
				bool equal)
{
	int order;

	if (!cel_compare(&a[0], &a[1], &order))
		return cel_no_overload(run);
	if (order == 2)
		return cel_error(run->arena, "NaN values cannot be ordered");
	return cel_bool(order == 0 ? equal : less == (order < 0));
}

static struct cel_value below(struct cel_run *run, const struct cel_value *a)
{
	return ordered(run, a, true, false);
}

static struct cel_value at_most(struct cel_run *run, const struct cel_value *a)
{
	return ordered(run, a, true, true);
}

static struct cel_value above(struct cel_run *run, const struct cel_value *a)
{
	return ordered(run, a, false, false);
}

static struct cel_value at_least(struct cel_run *run, const struct cel_value *a)
{
	return ordered(run, a, false, true);
}

static struct cel_value in_list(struct cel_run *run, const struct cel_value *a)
{
	struct cel_walk walk;

	cel_walk_start(&walk, run->arena, &a[1]);
	while (cel_walk_next(&walk))
		if (cel_equal(run->arena, &walk.item, &a[0]))
			return cel_bool(true);
	return cel_bool(false);
}

static struct cel_value in_map(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value found;

	return cel_bool(cel_map_at(run->arena, &a[1], &a[0], &found));
}

/* A whole number, of whatever kind; false: none. */
static bool whole(const struct cel_value *value, int64_t *ret)
{
	if (value->kind == CEL_UINT && value->natural > INT64_MAX)
		return false;
	if (value->kind == CEL_DOUBLE) {
		if (!(fabs(value->real) < 0x1p63) || value->real != trunc(value->real))
			return false;
		*ret = (int64_t)value->real;
		return true;
	}
	*ret = value->integer;
	return value->kind == CEL_INT || value->kind == CEL_UINT;
}

static struct cel_value index_list(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value found;
	int64_t index;

	if (!whole(&a[1], &index))
		return cel_error(run->arena, "unsupported index type '%s' in list",
				 cel_kind_name(a[1].kind));
	return cel_list_at(run->arena, &a[0], index, &found)
		       ? found
		       : cel_error(run->arena, "index out of bounds: %lld", (long long)index);
}

static struct cel_value index_map(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value found;

	if (cel_map_at(run->arena, &a[0], &a[1], &found))
		return found;
	return cel_error(run->arena, "no such key: %s", cel_show(run, &a[1]));
}

/* a[?b], and a[b] where a is an optional */
static struct cel_value index_optional(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value target = a[0], found;
	int64_t index;
	bool there;

	if (target.kind == CEL_OPTIONAL) {
		if (!target.inner)
			return target;
		target = *target.inner;
	}
	if (target.kind == CEL_LIST)
		there = whole(&a[1], &index) && cel_list_at(run->arena, &target, index, &found);
	else if (target.kind == CEL_MAP || target.kind == CEL_OBJECT)
		there = cel_map_at(run->arena, &target, &a[1], &found);
	else
		return cel_no_overload(run);
	return cel_optional(run->arena, there ? &found : NULL);
}

#define ORDER(name, function)                                                                      \
	{name, "bb>b", function, COST_ONE}, {name, "ii>b", function, COST_ONE},                    \
		{name, "uu>b", function, COST_ONE}, {name, "dd>b", function, COST_ONE},            \
		{name, "iu>b", function, COST_ONE}, {name, "id>b", function, COST_ONE},            \
		{name, "ui>b", function, COST_ONE}, {name, "ud>b", function, COST_ONE},            \
		{name, "di>b", function, COST_ONE}, {name, "du>b", function, COST_ONE},            \
		{name, "ss>b", function, COST_SMALLER}, {name, "yy>b", function, COST_SMALLER},    \
		{name, "TT>b", function, COST_ONE},                                                \
	{                                                                                          \
		name, "DD>b", function, COST_ONE                                                   \
	}

const struct cel_overload cel_operators[] = {
	{"!_", "b>b", op_not, COST_ONE},
	{"-_", "i>i", negate_int, COST_ONE},
	{"-_", "d>d", negate_double, COST_ONE},
	{"_+_", "ii>i", add_int, COST_ONE},
	{"_+_", "uu>u", add_uint, COST_ONE},
	{"_+_", "dd>d", add_double, COST_ONE},
	{"_+_", "ss>s", add_text, COST_BOTH},
	{"_+_", "yy>y", add_text, COST_BOTH},
	{"_+_", "[1][1]>[1]", add_list, COST_ONE},
	{"_+_", "DD>D", add_int, COST_ONE},
	{"_+_", "TD>T", add_time, COST_ONE},
	{"_+_", "DT>T", add_time, COST_ONE},
	{"_-_", "ii>i", sub_int, COST_ONE},
	{"_-_", "uu>u", sub_uint, COST_ONE},
	{"_-_", "dd>d", sub_double, COST_ONE},
	{"_-_", "DD>D", sub_int, COST_ONE},
	{"_-_", "TD>T", sub_time, COST_ONE},
	{"_-_", "TT>D", sub_times, COST_ONE},
	{"_*_", "ii>i", mul_int, COST_ONE},
	{"_*_", "uu>u", mul_uint, COST_ONE},
	{"_*_", "dd>d", mul_double, COST_ONE},
	{"_/_", "ii>i", div_int, COST_ONE},
	{"_/_", "uu>u", div_uint, COST_ONE},
	{"_/_", "dd>d", div_double, COST_ONE},
	{"_%_", "ii>i", mod_int, COST_ONE},
	{"_%_", "uu>u", mod_uint, COST_ONE},
	{"_==_", "11>b", equals, COST_SMALLER},
	{"_!=_", "11>b", differs, COST_SMALLER},
	ORDER("_<_", below),
	ORDER("_<=_", at_most),
	ORDER("_>_", above),
	ORDER("_>=_", at_least),
	{"@in", "1[1]>b", in_list, COST_SECOND},
	{"@in", "1{12}>b", in_map, COST_ONE},
	{"_[_]", "[1]i>1", index_list, COST_ONE},
	{"_[_]", "{12}1>2", index_map, COST_ONE},
	{"_[_]", "?[1]i>?1", index_optional, COST_ONE},
	{"_[_]", "?{12}1>?2", index_optional, COST_ONE},
	{"_[?_]", "[1]i>?1", index_optional, COST_ONE},
	{"_[?_]", "{12}1>?2", index_optional, COST_ONE},
	{"_[?_]", "?[1]i>?1", index_optional, COST_ONE},
	{"_[?_]", "?{12}1>?2", index_optional, COST_ONE},
	{},
};
