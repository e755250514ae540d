/* Claims: reading them, knowing when they must be judged again, judging them together. */
#include "emulator/base/clock.h"
#include "emulator/judge/match.h"
#include "emulator/net/path.h"
#include "runner/engine/inner.h"
#include "runner/engine/outside.h"
#include "runner/schema/schema.h"
#include "runner/text.h"

#define FINDING_MAX 65536 /* bytes of one claim's explanation */

struct lead {
	const char *key;
	enum claim_type type;
};

static const struct lead leads[] = {
	{"one", CLAIM_ONE},	  {"none", CLAIM_NONE},	  {"some", CLAIM_SOME},
	{"each", CLAIM_EACH},	  {"count", CLAIM_COUNT}, {"calls", CLAIM_CALLS},
	{"denied", CLAIM_DENIED}, {"order", CLAIM_ORDER}, {"log-of", CLAIM_LOG},
	{"path", CLAIM_PATH},
};

static struct json *tree_of(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_get(map, key);

	return node ? yaml_to_json_text(node) : NULL;
}

static bool is_counted(const struct claim *claim)
{
	return claim->type == CLAIM_CALLS || claim->type == CLAIM_DENIED;
}

static void read_claim(struct engine *engine, const struct yaml_node *node, uint64_t first_number,
		       struct claim *claim)
{
	const char *word = NULL;

	*claim = (struct claim){.node = node, .dirty = true, .first_number = first_number};
	for (size_t i = 0; i < array_size(leads); i++)
		if (yaml_get(node, leads[i].key)) {
			claim->type = leads[i].type;
			word = engine_text(engine, node, leads[i].key);
		}
	if (claim->type <= CLAIM_COUNT)
		claim->kind = object_kind(word);
	claim->action = is_counted(claim) ? word : NULL;
	claim->log_of = claim->type == CLAIM_LOG ? word : NULL;
	claim->of = tree_of(node, "of");
	claim->where = tree_of(node, "where");
	claim->has = tree_of(node, "has");
	claim->tagged = tree_of(node, "tagged");
	claim->is = tree_of(node, claim->type == CLAIM_LOG ? "says" : "is");
	claim->with = tree_of(node, claim->type == CLAIM_PATH ? "path" : "with");
	claim->times = tree_of(node, "times");
	claim->made_by = engine_text(engine, node, "made-by");
	claim->by = str_eq(engine_text(engine, node, "by"), "anyone")
			    ? NULL
			    : engine_text(engine, node, "by");
	claim->answered = engine_text(engine, node, "answered");
	claim->because = engine_text(engine, node, "because");
	claim->remember = engine_text(engine, node, "remember");
	claim->since = engine_text(engine, node, "since");
	claim->client_address = engine_text(engine, node, "client-address");
	claim->every_ms = engine_duration(engine, node, "at-most-every", 0);
	if (str_eq(claim->made_by, "anyone"))
		claim->made_by = NULL;
}

void claims_read(struct engine *engine, const struct yaml_node *list, uint64_t first_number,
		 struct claims *ret)
{
	size_t n = 0;

	*ret = (struct claims){.count = list ? list->count : 0};
	ret->items = xcalloc(ret->count ? ret->count : 1, sizeof(*ret->items));
	for (const struct yaml_node *node = list ? list->first : NULL; node; node = node->next)
		if (!engine->external || outside_proves(engine, node))
			read_claim(engine, node, first_number, &ret->items[n++]);
	ret->count = n;
}

void claims_done(struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++) {
		struct claim *claim = &claims->items[i];

		json_free(claim->of);
		json_free(claim->where);
		json_free(claim->has);
		json_free(claim->tagged);
		json_free(claim->is);
		json_free(claim->with);
		json_free(claim->times);
		free(claim->wrong);
	}
	free(claims->items);
	*claims = (struct claims){0};
}

/* The claim as its author wrote it, on one line: "calls elbv2:CreateLoadBalancer by …". */
char *claim_sentence(const struct claim *claim)
{
	struct strbuf sb;
	const char *of = json_str(claim->of);

	strbuf_init(&sb, FINDING_MAX);
	for (size_t i = 0; i < array_size(leads); i++)
		if (leads[i].type == claim->type)
			strbuf_add(&sb, leads[i].key);
	if (claim->kind)
		strbuf_addf(&sb, " %s", claim->kind->word);
	if (claim->action)
		strbuf_addf(&sb, " %s", claim->action);
	if (claim->log_of)
		strbuf_addf(&sb, " %s", claim->log_of);
	if (of)
		strbuf_addf(&sb, " of %s", of);
	if (claim->by)
		strbuf_addf(&sb, " by %s", claim->by);
	if (claim->answered)
		strbuf_addf(&sb, " answered %s", claim->answered);
	if (claim->where) {
		_cleanup_(freep) char *text = match_describe(claim->where);

		strbuf_addf(&sb, " where %s", text);
	}
	if (claim->type == CLAIM_PATH)
		strbuf_addf(&sb, " from %s to %s", json_get_str(claim->with, "from"),
			    json_get_str(claim->with, "to"));
	if (claim->type == CLAIM_PATH && json_get_str(claim->with, "port"))
		strbuf_addf(&sb, " port %s", json_get_str(claim->with, "port"));
	return strbuf_steal(&sb);
}

/* Leases and events are written for ever, and nothing belongs to or depends on one. */
static bool is_noise(const struct kind *kind)
{
	return str_eq(kind->name, "lease") || str_eq(kind->name, "event");
}

/* Whether an entry may have changed what the claim is about. */
static bool touched(const struct engine *engine, const struct claim *claim,
		    const struct journal_entry *entry)
{
	struct kinds kinds = {.count = 0};

	if (is_counted(claim) || claim->type == CLAIM_ORDER)
		return true; /* counted one by one, which is cheap */
	if (claim->type == CLAIM_LOG || !entry->change_count)
		return false;
	if (claim->kind)
		kinds_of(engine, claim->kind, &kinds);
	for (size_t i = 0; i < entry->change_count; i++) {
		const struct change *change = &entry->changes[i];
		const struct kind *kind = (change->after ? change->after : change->before)->kind;

		/* owners and parents may be of any kind */
		if (claim->of || claim->type == CLAIM_PATH ? !is_noise(kind)
							   : kinds_has(&kinds, kind))
			return true;
		if (claim->kind && kinds_has(&kinds, kind))
			return true;
	}
	return false;
}

void claims_touch(const struct engine *engine, struct claims *claims,
		  const struct journal_entry *entry)
{
	for (size_t i = 0; i < claims->count; i++)
		if (!claims->items[i].dirty)
			claims->items[i].dirty = touched(engine, &claims->items[i], entry);
}

void claims_touch_all(struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++)
		claims->items[i].dirty = true;
}

static void count_line(int64_t real_ms, const char *line, void *userdata)
{
	void **pair = userdata;
	const struct json *expected = pair[0];
	int64_t *count = pair[1];

	(void)real_ms;
	*count += match_text(expected, line, NULL);
}

static void judge_log(struct engine *engine, struct claim *claim, bool explain, struct finding *ret)
{
	_cleanup_(json_freep) struct json *says = NULL;
	int64_t count = 0;
	void *pair[2];
	struct err err = ERR_INIT;

	if (!engine_replace(engine, claim->is, &says, &err)) {
		strbuf_add(&ret->text, err_text(&err));
		err_done(&err);
		return;
	}
	pair[0] = says;
	pair[1] = &count;
	environment_log(engine->environment, claim->log_of, 0, INT64_MAX, count_line, pair);
	ret->holds = claim->times ? match_number(claim->times, count, NULL) : count > 0;
	ret->right = (size_t)count;
	if (explain) {
		_cleanup_(freep) char *expected =
			claim->times ? match_describe(claim->times) : xstrdup("at least 1");

		strbuf_addf(&ret->text, "expected  %s such lines\nfound     %lld\n", expected,
			    (long long)count);
	}
}

static void explain_path(const struct path *path, const struct claim *claim, struct strbuf *sb)
{
	_cleanup_(freep) char *client = client_address_text(path->client_address);

	strbuf_addf(sb, "expected  %s%s%s\nfound     %s: %s\n", json_str(claim->is),
		    claim->client_address ? ", the client's address: " : "",
		    claim->client_address ? claim->client_address : "",
		    path_state_name(path->state), path->why ? path->why : "");
	if (claim->client_address && path->state == PATH_OPEN)
		strbuf_addf(sb, "          the client's address: %s\n", client);
	for (size_t i = 0; i < path->count; i++)
		strbuf_addf(sb, "  %s %s: %s\n",
			    path->hops[i].state == PATH_OPEN	 ? "->"
			    : path->hops[i].state == PATH_CLOSED ? "X "
								 : "? ",
			    path->hops[i].what, path->hops[i].found);
}

/* Whether the client's address is where the claim wants it. */
static bool client_is_known(const struct path *path, const struct claim *claim)
{
	enum client_address wanted;

	if (!claim->client_address || !client_address_parse(claim->client_address, &wanted))
		return !claim->client_address;
	return wanted == CLIENT_LOST ? !path->client_address : path->client_address & wanted;
}

/* Where a path leads to: "service default/echo", or a remembered load balancer. */
static const char *path_end(const struct json *to, struct arena *arena)
{
	const char *balancer = json_get_str(to, "LoadBalancerName");

	return balancer	      ? arena_printf(arena, "load-balancer %s", balancer)
	       : json_str(to) ? json_str(to)
			      : "what is remembered";
}

static void judge_path(struct engine *engine, struct claim *claim, bool explain,
		       struct finding *ret)
{
	_cleanup_(json_freep) struct json *with = NULL;
	const char *from, *port;
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct path path = {0};
	struct err err = ERR_INIT;

	if (!engine_replace(engine, claim->with, &with, &err)) {
		strbuf_add(&ret->text, err_text(&err));
		err_done(&err);
		return;
	}
	from = json_get_str(with, "from");
	port = json_get_str(with, "port");
	if (!path_from_internet(engine->emulator->world,
				str_eq(from, "internet-ipv6") ? FAMILY_IPV6 : FAMILY_IPV4,
				path_end(json_get(with, "to"), arena),
				port ? (unsigned)strtoul(port, NULL, 10) : 0, &path, &err)) {
		strbuf_addf(&ret->text, "%s\n", err_text(&err));
		err_done(&err);
		return;
	}
	ret->holds = str_eq(path_state_name(path.state), json_str(claim->is)) &&
		     (path.state != PATH_OPEN || client_is_known(&path, claim));
	ret->right = path.count;
	if (explain)
		explain_path(&path, claim, &ret->text);
	path_done(&path);
}

void finding_done(struct finding *finding)
{
	strbuf_done(&finding->text);
}

void claim_judge(struct engine *engine, struct claim *claim, bool explain, struct finding *ret)
{
	*ret = (struct finding){.total = 1};
	strbuf_init(&ret->text, FINDING_MAX);
	switch (claim->type) {
	case CLAIM_CALLS:
	case CLAIM_DENIED: claim_judge_calls(engine, claim, explain, ret); break;
	case CLAIM_ORDER: claim_judge_order(engine, claim, explain, ret); break;
	case CLAIM_LOG: judge_log(engine, claim, explain, ret); break;
	case CLAIM_PATH: judge_path(engine, claim, explain, ret); break;
	default: claim_judge_objects(engine, claim, explain, ret); break;
	}
}

/* Keeps what was found at the revision at which a claim was nearest to being true. */
static void keep_closest(struct engine *engine, struct claim *claim, const struct finding *finding)
{
	struct finding explained;
	bool nearer = !claim->judged || finding->right > claim->right;

	claim->judged = true;
	if (finding->holds || !nearer)
		return;
	claim_judge(engine, claim, true, &explained);
	free(claim->wrong);
	claim->wrong = xstrdup(strbuf_text(&explained.text));
	claim->right = finding->right;
	claim->total = finding->total;
	claim->closest = world_revision(engine->emulator->world);
	finding_done(&explained);
}

struct claim *claims_judge(struct engine *engine, struct claims *claims)
{
	struct claim *hopeless = NULL;
	bool rebound = false;

	claims->met = true;
	for (size_t i = 0; i < claims->count; i++) {
		struct claim *claim = &claims->items[i];
		struct finding finding;

		if (!claim->dirty && !rebound) {
			claims->met = claims->met && claim->holds;
			continue;
		}
		claim_judge(engine, claim, false, &finding);
		claim->dirty = false;
		claim->holds = finding.holds;
		if (finding.holds && claim->remember && finding.doc &&
		    binding_find(engine, claim->remember) != finding.doc) {
			binding_set(engine, claim->remember, finding.doc);
			rebound = true; /* the claims behind it may use it */
		}
		if (finding.hopeless && !hopeless)
			hopeless = claim;
		claims->met = claims->met && finding.holds;
		keep_closest(engine, claim, &finding);
		finding_done(&finding);
	}
	return hopeless;
}
