/* Leaks, lanes and coverage of the HTML report. */
#include "emulator/aws/operation.h"
#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/xml.h"
#include "runner/reports/html.h"
#include "runner/reports/report.h"

void html_leaks(struct strbuf *sb, const struct json *result)
{
	const struct json *leaks = json_get(result, "leaks");
	const char *plan = json_get_str(result, "plan");

	if (!json_size(leaks))
		return;
	strbuf_addf(
		sb,
		"<details open><summary>%zu leaked at the end</summary>\n<div class=wide><table>"
		"<tr><th>verdict"
		"<th>what<th>owner<th>made by<th>why</tr>\n",
		json_size(leaks));
	json_foreach (leak, leaks) {
		_cleanup_(freep) char *what =
			xasprintf("%s %s", json_get_str(leak, "kind"), json_get_str(leak, "id"));

		strbuf_add(sb, "<tr><td class=v>");
		xml_text(sb, json_get_str(leak, "leak"));
		html_cell(sb, what);
		html_cell(sb, json_get_str(leak, "owner"));
		html_cell(sb, json_get_str(leak, "maker"));
		html_cell(sb, json_get_str(leak, "why"));
		strbuf_add_char(sb, '\n');
	}
	strbuf_add(sb, "</table></div>\n");
	if (plan && *plan) {
		strbuf_add(sb, "<p>To clean up:</p><pre>");
		xml_text(sb, plan);
		strbuf_add(sb, "</pre>\n");
	}
	strbuf_add(sb, "</details>\n");
}

static void add_lane(struct strbuf *sb, const struct json *lane, const struct strs *actors)
{
	const char *answer = json_get_str(lane, "answer"), *fault = json_get_str(lane, "fault");
	const char *about = json_get_str(lane, "about");

	strbuf_addf(sb, "<tr><td class=n>%lld<td class=n>%.3fs",
		    (long long)json_get_int(lane, "call", 0),
		    (double)json_get_int(lane, "ms", 0) / 1000);
	for (size_t i = 0; i < actors->count; i++) {
		strbuf_add(sb, "<td>");
		if (!str_eq(actors->items[i], json_get_str(lane, "actor")))
			continue;
		xml_text(sb, json_get_str(lane, "what"));
		if (about && *about) {
			strbuf_add(sb, "<br><span class=quiet>");
			xml_text(sb, about);
			strbuf_add(sb, "</span>");
		}
		if (!str_eq(answer, "OK")) {
			strbuf_add(sb, "<br><span class=FAIL>");
			xml_text(sb, answer ? answer : "");
			strbuf_add(sb, "</span>");
		}
		if (fault) {
			strbuf_add(sb, "<br><span class=SKIP>fault: ");
			xml_text(sb, fault);
			strbuf_add(sb, "</span>");
		}
	}
	strbuf_add_char(sb, '\n');
}

void html_lanes(struct strbuf *sb, const struct json *result)
{
	const struct json *lanes = json_get(result, "lanes");
	_cleanup_(strs_done) struct strs actors = {0};
	int64_t left_out = json_get_int(result, "lanes_left_out", 0);

	if (!json_size(lanes))
		return;
	json_foreach (lane, lanes)
		if (!strs_has(&actors, json_get_str(lane, "actor")))
			strs_add(&actors, json_get_str(lane, "actor"));
	strbuf_addf(
		sb,
		"<details><summary>%zu calls that changed something or were refused"
		"</summary>\n<div class=wide><table class=lanes><tr><th class=n>call<th class=n>time",
		json_size(lanes));
	for (size_t i = 0; i < actors.count; i++) {
		strbuf_add(sb, "<th>");
		xml_text(sb, actors.items[i]);
	}
	strbuf_add(sb, "</tr>\n");
	json_foreach (lane, lanes)
		add_lane(sb, lane, &actors);
	strbuf_add(sb, "</table></div>\n");
	if (left_out)
		strbuf_addf(sb, "<p class=quiet>%lld more: skyrig show</p>\n", (long long)left_out);
	strbuf_add(sb, "</details>\n");
}

/* @name Coverage */

/* A name and what was counted for it. */
struct counted {
	char *name;
	int64_t count, refused;
	struct strs who;
};

struct counts {
	struct counted *items;
	size_t count, room;
};

static struct counted *counted_of(struct counts *counts, const char *name)
{
	for (size_t i = 0; i < counts->count; i++)
		if (str_eq(counts->items[i].name, name))
			return &counts->items[i];
	if (counts->count == counts->room) {
		counts->room = counts->room ? 2 * counts->room : 64;
		counts->items = xrealloc(counts->items, counts->room * sizeof(*counts->items));
	}
	counts->items[counts->count] = (struct counted){.name = xstrdup(name)};
	return &counts->items[counts->count++];
}

static void counts_done(struct counts *counts)
{
	for (size_t i = 0; i < counts->count; i++) {
		free(counts->items[i].name);
		strs_done(&counts->items[i].who);
	}
	free(counts->items);
}

static int by_name(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void add_who(struct strbuf *sb, const struct strs *who)
{
	strbuf_add(sb, "<td>");
	for (size_t i = 0; i < who->count; i++) {
		strbuf_add(sb, i ? ", " : "");
		xml_text(sb, who->items[i]);
	}
}

/* Operations that are there and that nobody called. */
static void add_uncalled(struct strbuf *sb, struct counts *called)
{
	static const struct service *const services[] = {&service_ec2,	 &service_elb,
							 &service_elbv2, &service_iam,
							 &service_sts,	 &service_shield};
	size_t all = 0, called_before = called->count, n = 0;
	struct strbuf names;

	strbuf_init(&names, REPORT_BYTES_MAX);
	for (size_t i = 0; i < array_size(services); i++)
		for (size_t j = 0; j < services[i]->operation_count; j++) {
			_cleanup_(freep) char *name = xasprintf("%s:%s", services[i]->name,
								services[i]->operations[j].name);
			bool found = false;

			all++;
			for (size_t k = 0; k < called_before && !found; k++)
				found = str_eq(called->items[k].name, name);
			if (!found)
				strbuf_addf(&names, "%s%s", n++ ? ", " : "", name);
		}
	strbuf_addf(sb,
		    "<details><summary>%zu of the %zu operations that Skyrig has were not "
		    "called</summary><p>",
		    n, all);
	xml_text(sb, strbuf_text(&names));
	strbuf_add(sb, "</p></details>\n");
	strbuf_done(&names);
}

void html_operations(struct strbuf *sb, const struct json *results)
{
	struct counts counts = {0};

	json_foreach (result, results)
		json_foreach (operation, json_get(result, "operations")) {
			/* what AWS does of itself is no operation that anybody can call */
			if (str_eq(json_get_str(operation, "actor"), "aws"))
				continue;
			struct counted *counted =
				counted_of(&counts, json_get_str(operation, "call"));

			counted->count += json_get_int(operation, "count", 0);
			counted->refused += json_get_int(operation, "refused", 0);
			if (!strs_has(&counted->who, json_get_str(operation, "actor")))
				strs_add(&counted->who, json_get_str(operation, "actor"));
		}
	if (counts.count)
		qsort(counts.items, counts.count, sizeof(*counts.items), by_name);
	strbuf_add(sb, "<h2>AWS operations</h2>\n<table><tr><th>operation<th class=n>calls"
		       "<th class=n>refused<th>by</tr>\n");
	for (size_t i = 0; i < counts.count; i++) {
		strbuf_add(sb, "<tr>");
		html_cell(sb, counts.items[i].name);
		strbuf_addf(sb, "<td class=n>%lld<td class=n>%lld",
			    (long long)counts.items[i].count, (long long)counts.items[i].refused);
		add_who(sb, &counts.items[i].who);
		strbuf_add_char(sb, '\n');
	}
	strbuf_add(sb, "</table>\n");
	add_uncalled(sb, &counts);
	counts_done(&counts);
}

void html_denials(struct strbuf *sb, const struct json *result)
{
	const struct json *list = json_get(result, "denials");

	if (!json_first(list))
		return;
	strbuf_add(sb, "<h4>Denied by IAM policies</h4>\n<table><tr><th>who<th>action"
		       "<th class=n>times<th>what the last refusal says</tr>\n");
	json_foreach (item, list) {
		strbuf_add(sb, "<tr>");
		html_cell(sb, json_get_str(item, "actor"));
		html_cell(sb, json_get_str(item, "action"));
		strbuf_addf(sb, "<td class=n>%lld", (long long)json_get_int(item, "count", 0));
		html_cell(sb, json_get_str(item, "message"));
		strbuf_add(sb, "</tr>\n");
	}
	strbuf_add(sb, "</table>\n");
}

void html_ignored(struct strbuf *sb, const struct json *result)
{
	const struct json *list = json_get(result, "ignored");

	if (!json_first(list))
		return;
	strbuf_add(sb, "<h4>Given, and not modelled: it had no effect</h4>\n<table><tr><th>who"
		       "<th>action<th>member<th class=n>times</tr>\n");
	json_foreach (item, list) {
		strbuf_add(sb, "<tr>");
		html_cell(sb, json_get_str(item, "actor"));
		html_cell(sb, json_get_str(item, "action"));
		html_cell(sb, json_get_str(item, "member"));
		strbuf_addf(sb, "<td class=n>%lld</tr>\n",
			    (long long)json_get_int(item, "count", 0));
	}
	strbuf_add(sb, "</table>\n");
}

void html_sources(struct strbuf *sb, const struct json *results)
{
	struct counts counts = {0};

	json_foreach (result, results)
		json_foreach (source, json_get(result, "source")) {
			_cleanup_(freep) char *who = xasprintf("%s %s", json_get_str(result, "id"),
							       json_get_str(result, "verdict"));
			struct counted *counted =
				counted_of(&counts, json_str(source) ? json_str(source) : "");

			if (!strs_has(&counted->who, who))
				strs_add(&counted->who, who);
		}
	if (counts.count)
		qsort(counts.items, counts.count, sizeof(*counts.items), by_name);
	strbuf_add(sb, "<h2>Sources</h2>\n<table><tr><th>what it says<th>proved by</tr>\n");
	for (size_t i = 0; i < counts.count; i++) {
		strbuf_add(sb, "<tr>");
		html_cell(sb, counts.items[i].name);
		add_who(sb, &counts.items[i].who);
		strbuf_add_char(sb, '\n');
	}
	strbuf_add(sb, "</table>\n");
	counts_done(&counts);
}
