package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// column is a row of kube_column, printer one of kube_printer.
type column struct {
	name, kind, format, description string
	priority                        int
}

type printer struct {
	group, kind string
	columns     []column
}

// sources reads what the columns are made of: printers.go, the groups' names, and the
// documentation of fields, all from the source text, since the printers' package cannot be built
// outside of Kubernetes.
type sources struct {
	kubernetes string                                  // folder of its module
	modules    map[string]string                       // folders of k8s.io/api, k8s.io/apimachinery
	docs       map[string]map[string]map[string]string // import path, type, field
	imports    map[string]string                       // of printers.go, by local name
}

func parse(path string) *ast.File {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		log.Fatal(err)
	}
	return file
}

func unquote(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		log.Fatalf("printers.go: %T is no text", e)
	}
	s, err := strconv.Unquote(literal.Value)
	if err != nil {
		log.Fatal(err)
	}
	return s
}

// loadPrinters reads what the API server prints of each kind: the calls of TableHandler in
// AddHandlers, for single objects (the lists' columns are the same).
func loadPrinters(kubernetes string) []printer {
	s := &sources{kubernetes: kubernetes, modules: map[string]string{},
		docs: map[string]map[string]map[string]string{}, imports: map[string]string{}}
	file := parse(filepath.Join(kubernetes, "pkg/printers/internalversion/printers.go"))
	for _, spec := range file.Imports {
		path := unquote(spec.Path)
		name := filepath.Base(path)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		s.imports[name] = path
	}
	printed := map[string]*ast.SelectorExpr{} // the type of a print function's object
	columns := map[string][]column{}          // by variable
	var rows []printer
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || len(f.Type.Params.List) == 0 {
			continue
		}
		if star, ok := f.Type.Params.List[0].Type.(*ast.StarExpr); ok {
			if selector, ok := star.X.(*ast.SelectorExpr); ok {
				printed[f.Name.Name] = selector
			}
		}
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Name.Name == "AddHandlers" {
			for _, statement := range f.Body.List {
				s.statement(statement, columns, printed, &rows)
			}
		}
	}
	sort.Slice(rows, func(i, j int) bool {
		if rows[i].group != rows[j].group {
			return rows[i].group < rows[j].group
		}
		return rows[i].kind < rows[j].kind
	})
	return rows
}

// statement takes `x := []metav1.TableColumnDefinition{…}`, `x = append(x, ….…)` and
// `_ = h.TableHandler(x, printPod)`.
func (s *sources) statement(statement ast.Stmt, columns map[string][]column,
	printed map[string]*ast.SelectorExpr, rows *[]printer) {
	var value ast.Expr
	var name string
	switch statement := statement.(type) {
	case *ast.AssignStmt:
		value, name = statement.Rhs[0], statement.Lhs[0].(*ast.Ident).Name
	case *ast.ExprStmt:
		value = statement.X
	default:
		log.Fatalf("printers.go: AddHandlers has a %T", statement)
	}
	switch value := value.(type) {
	case *ast.CompositeLit:
		columns[name] = s.columns(value)
	case *ast.CallExpr:
		if function, ok := value.Fun.(*ast.Ident); ok && function.Name == "append" {
			columns[name] = append(columns[name], s.columns(value.Args[1].(*ast.CompositeLit))...)
			return
		}
		object := printed[value.Args[1].(*ast.Ident).Name]
		if object == nil {
			log.Fatalf("printers.go: no object of %s", value.Args[1])
		}
		if row, ok := s.printer(object); ok && !strings.HasSuffix(row.kind, "List") {
			row.columns = columns[value.Args[0].(*ast.Ident).Name]
			*rows = append(*rows, row)
		}
	default:
		log.Fatalf("printers.go: AddHandlers has a %T", value)
	}
}

// printer names an internal type; those of the machinery (Status) are no resources.
func (s *sources) printer(object *ast.SelectorExpr) (printer, bool) {
	path := s.imports[object.X.(*ast.Ident).Name]
	folder, ok := strings.CutPrefix(path, "k8s.io/kubernetes/")
	if !ok {
		return printer{}, false
	}
	for _, decl := range parse(filepath.Join(s.kubernetes, folder, "register.go")).Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			if value := spec.(*ast.ValueSpec); value.Names[0].Name == "GroupName" {
				return printer{group: unquote(value.Values[0]), kind: object.Sel.Name}, true
			}
		}
	}
	log.Fatalf("%s has no GroupName", folder)
	return printer{}, false
}

func (s *sources) columns(list *ast.CompositeLit) []column {
	var all []column
	for _, element := range list.Elts {
		var c column
		for _, member := range element.(*ast.CompositeLit).Elts {
			pair := member.(*ast.KeyValueExpr)
			switch key := pair.Key.(*ast.Ident).Name; key {
			case "Name":
				c.name = unquote(pair.Value)
			case "Type":
				c.kind = unquote(pair.Value)
			case "Format":
				c.format = unquote(pair.Value)
			case "Description":
				c.description = s.description(pair.Value)
			case "Priority":
				c.priority, _ = strconv.Atoi(pair.Value.(*ast.BasicLit).Value)
			default:
				log.Fatalf("printers.go: a column has %s", key)
			}
		}
		all = append(all, c)
	}
	return all
}

// description takes a text, `pkg.Type{}.SwaggerDoc()["field"]` or
// `pkg.Type{}.Field.SwaggerDoc()["field"]`. What Go does not find there is "", here too.
func (s *sources) description(e ast.Expr) string {
	index, ok := e.(*ast.IndexExpr)
	if !ok {
		return unquote(e)
	}
	owner := index.X.(*ast.CallExpr).Fun.(*ast.SelectorExpr).X
	if field, ok := owner.(*ast.SelectorExpr); ok {
		if field.Sel.Name != "InvolvedObject" {
			log.Fatalf("printers.go: of which type is %s?", field.Sel.Name)
		}
		return s.doc(s.imports["apiv1"], "ObjectReference", unquote(index.Index))
	}
	selector := owner.(*ast.CompositeLit).Type.(*ast.SelectorExpr)
	return s.doc(s.imports[selector.X.(*ast.Ident).Name], selector.Sel.Name, unquote(index.Index))
}

func (s *sources) doc(path, name, field string) string {
	if s.docs[path] == nil {
		s.docs[path] = s.loadDocs(path)
	}
	return s.docs[path][name][field]
}

// loadDocs reads the maps `map_Type` that the methods SwaggerDoc return.
func (s *sources) loadDocs(path string) map[string]map[string]string {
	parts := strings.SplitN(path, "/", 3)
	module := parts[0] + "/" + parts[1]
	if s.modules[module] == "" {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		if err != nil {
			log.Fatalf("go list -m %s: %v", module, err)
		}
		s.modules[module] = strings.TrimSpace(string(out))
	}
	docs := map[string]map[string]string{}
	file := parse(filepath.Join(s.modules[module], parts[2], "types_swagger_doc_generated.go"))
	for _, decl := range file.Decls {
		variable, ok := decl.(*ast.GenDecl)
		if !ok || variable.Tok != token.VAR {
			continue
		}
		spec := variable.Specs[0].(*ast.ValueSpec)
		fields := map[string]string{}
		for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
			pair := element.(*ast.KeyValueExpr)
			fields[unquote(pair.Key)] = unquote(pair.Value)
		}
		docs[strings.TrimPrefix(spec.Names[0].Name, "map_")] = fields
	}
	return docs
}

func writeColumns(path, title string, printers []printer) {
	w := create(path)
	defer w.close()
	w.printf("/* What the API server prints: %s */\n#include \"emulator/model/kube_model.h\"\n\n", title)
	w.printf("static const struct kube_column columns[] = {\n")
	for _, p := range printers {
		w.printf("/* %s %s */\n", p.group, p.kind)
		for _, c := range p.columns {
			w.printf("{%s,%s,%s,%s,%d},\n", literal(c.name), literal(c.kind), literal(c.format),
				literal(c.description), c.priority)
		}
	}
	w.printf("};\n\nconst struct kube_printer kube_printers[] = {\n")
	first := 0
	for _, p := range printers {
		w.printf("{%s,%s,columns+%d,%d},\n", literal(p.group), literal(p.kind), first, len(p.columns))
		first += len(p.columns)
	}
	w.printf("};\n\nconst size_t kube_printer_count = array_size(kube_printers);\n")
}
