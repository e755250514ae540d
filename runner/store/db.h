#pragma once
/* A SQLite file, in as few words as the store needs. */
#include "emulator/base/err.h"

struct db;
struct db_row; /* of a query, for the time of its callback */

/**
 * Opens a file; ":memory:" is one that lives as long as the db.
 *
 * @param write  make it when it is not there
 * @param err    ERR_IO, ERR_NOT_FOUND
 */
must_check bool db_open(const char *path, bool write, struct db **ret, struct err *err);
void db_free(struct db *db);
DEFINE_FREEP(db, struct db)

/** Runs statements without parameters or results. */
must_check bool db_exec(struct db *db, const char *sql, struct err *err);
/**
 * Runs one statement, prepared once per text and db.
 *
 * @param format  a letter for each parameter: 's' const char * (NULL: null), 'i' int64_t, 'b' const
 *                void * and size_t (bytes; NULL: null)
 */
must_check bool db_run(struct db *db, struct err *err, const char *sql, const char *format, ...);
/** The same for a query: calls back for each row until the callback answers false. */
typedef bool db_row_fn(const struct db_row *row, void *userdata);
must_check bool db_query(struct db *db, db_row_fn *fn, void *userdata, struct err *err,
			 const char *sql, const char *format, ...);

/** Columns, from 0. A text is NULL when the value is null; bytes and text are borrowed. */
const char *db_text(const struct db_row *row, int column);
int64_t db_int(const struct db_row *row, int column);
const void *db_bytes(const struct db_row *row, int column, size_t *ret_length);
