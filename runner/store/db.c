/* SQLite behind few words; see db.h. */
#include "runner/store/db.h"

#include <sqlite3.h>
#include <uthash.h>

#define BUSY_MS 5000

/* Prepared once. */
struct statement {
	const char *sql; /* a literal of ours: compared by address */
	sqlite3_stmt *prepared;
	UT_hash_handle hh;
};

struct db {
	sqlite3 *handle;
	struct statement *statements;
};

struct db_row {
	sqlite3_stmt *statement;
};

static bool failed(struct db *db, struct err *err)
{
	return err_set(err, ERR_IO, NULL, "SQLite: %s", sqlite3_errmsg(db->handle));
}

bool db_open(const char *path, bool write, struct db **ret, struct err *err)
{
	int flags = write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
	_cleanup_(db_freep) struct db *db = xcalloc(1, sizeof(*db));

	if (sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return err_set(err, write ? ERR_IO : ERR_NOT_FOUND, NULL, "cannot open '%s': %s",
			       path, sqlite3_errmsg(db->handle));
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	*ret = steal(db);
	return true;
}

void db_free(struct db *db)
{
	struct statement *statement, *next;

	if (!db)
		return;
	HASH_ITER (hh, db->statements, statement, next) {
		HASH_DEL(db->statements, statement);
		sqlite3_finalize(statement->prepared);
		free(statement);
	}
	sqlite3_close(db->handle);
	free(db);
}

bool db_exec(struct db *db, const char *sql, struct err *err)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK || failed(db, err);
}

static sqlite3_stmt *prepare(struct db *db, const char *sql, struct err *err)
{
	struct statement *statement;

	HASH_FIND_PTR(db->statements, &sql, statement);
	if (statement)
		return statement->prepared;
	statement = xcalloc(1, sizeof(*statement));
	statement->sql = sql;
	if (sqlite3_prepare_v2(db->handle, sql, -1, &statement->prepared, NULL) != SQLITE_OK) {
		free(statement);
		failed(db, err);
		return NULL;
	}
	HASH_ADD_PTR(db->statements, sql, statement);
	return statement->prepared;
}

static void bind(sqlite3_stmt *statement, const char *format, va_list ap)
{
	for (int i = 1; *format; format++, i++) {
		const void *bytes;

		switch (*format) {
		case 's':
			bytes = va_arg(ap, const char *);
			sqlite3_bind_text(statement, i, bytes, -1, SQLITE_STATIC);
			break;
		case 'i': sqlite3_bind_int64(statement, i, va_arg(ap, int64_t)); break;
		case 'b':
			bytes = va_arg(ap, const void *);
			sqlite3_bind_blob64(statement, i, bytes, va_arg(ap, size_t), SQLITE_STATIC);
			break;
		default: assert(!"a letter that db.h does not know");
		}
	}
}

static bool step(struct db *db, sqlite3_stmt *statement, db_row_fn *fn, void *userdata,
		 struct err *err)
{
	struct db_row row = {statement};
	int code;
	bool ok;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		if (!fn || !fn(&row, userdata))
			break;
	ok = code == SQLITE_ROW || code == SQLITE_DONE || failed(db, err);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return ok;
}

bool db_run(struct db *db, struct err *err, const char *sql, const char *format, ...)
{
	sqlite3_stmt *statement = prepare(db, sql, err);
	va_list ap;

	if (!statement)
		return false;
	va_start(ap, format);
	bind(statement, format, ap);
	va_end(ap);
	return step(db, statement, NULL, NULL, err);
}

bool db_query(struct db *db, db_row_fn *fn, void *userdata, struct err *err, const char *sql,
	      const char *format, ...)
{
	sqlite3_stmt *statement = prepare(db, sql, err);
	va_list ap;

	if (!statement)
		return false;
	va_start(ap, format);
	bind(statement, format, ap);
	va_end(ap);
	return step(db, statement, fn, userdata, err);
}

const char *db_text(const struct db_row *row, int column)
{
	return (const char *)sqlite3_column_text(row->statement, column);
}

int64_t db_int(const struct db_row *row, int column)
{
	return sqlite3_column_int64(row->statement, column);
}

const void *db_bytes(const struct db_row *row, int column, size_t *ret_length)
{
	const void *bytes = sqlite3_column_blob(row->statement, column);

	*ret_length = (size_t)sqlite3_column_bytes(row->statement, column);
	return bytes;
}
