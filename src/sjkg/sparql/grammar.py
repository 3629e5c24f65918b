"""The grammar of SPARQL queries as data, and its LL(1) parsing table.

The engine's parser reports little more than a position, so a text that it refuses is parsed again by this grammar, which
says what could have come instead. It is that of SPARQL 1.1 with the additions of 1.2 and the extensions that the engine has;
updates are left out. Alternatives differ in their first token, so that one token decides.
Source: SPARQL 1.1 §19.8, https://www.w3.org/TR/sparql11-query/#sparqlGrammar; SPARQL 1.2 §19.8
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
ONE_ARGUMENT = (
    "STR LANG DATATYPE IRI URI ABS CEIL FLOOR ROUND STRLEN UCASE LCASE ENCODE_FOR_URI YEAR MONTH DAY HOURS MINUTES SECONDS "
    "TIMEZONE TZ MD5 SHA1 SHA256 SHA384 SHA512 ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC ISTRIPLE SUBJECT PREDICATE OBJECT "
    "LANGDIR HASLANG HASLANGDIR"
)
TWO_ARGUMENTS = "LANGMATCHES CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLANG STRDT SAMETERM ADJUST"
AGGREGATES = "SUM MIN MAX AVG SAMPLE"
FUNCTIONS = frozenset(
    f"{ONE_ARGUMENT} {TWO_ARGUMENTS} {AGGREGATES} COUNT GROUP_CONCAT BOUND BNODE RAND NOW UUID STRUUID CONCAT COALESCE SUBSTR "
    "REGEX REPLACE IF STRLANGDIR TRIPLE".split()
)
RULES = r"""
Query: Prologue ( SelectQuery | ConstructQuery | DescribeQuery | AskQuery ) END
Prologue: ( BASE iri | PREFIX prefix iri | VERSION string )*
SelectQuery: SelectClause DatasetClause* WhereClause SolutionModifier ValuesClause
SubSelect: SelectClause WhereClause SolutionModifier ValuesClause
SelectClause: SELECT ( DISTINCT | REDUCED )? ( SelectItem+ | SelectAll )
SelectAll: '*'
SelectItem: SelectedVariable | '(' Expression AS NamedVariable ')'
SelectedVariable: variable
NamedVariable: variable
ConstructQuery: CONSTRUCT ( Template DatasetClause* WhereClause | DatasetClause* WHERE Template ) SolutionModifier ValuesClause
Template: '{' TriplesTemplate? '}'
DescribeQuery: DESCRIBE ( ( SelectedVariable | Iri )+ | '*' ) DatasetClause* WhereClause? SolutionModifier ValuesClause
AskQuery: ASK DatasetClause* WhereClause SolutionModifier ValuesClause
DatasetClause: FROM NAMED? Iri
WhereClause: WHERE? GroupGraphPattern
SolutionModifier: GroupClause? HavingClause? OrderClause? LimitOffset?
GroupClause: GROUP BY GroupCondition+
GroupCondition: BuiltInCall | FunctionCall | '(' Expression ( AS GroupVariable )? ')' | GroupVariable
GroupVariable: variable
HavingClause: HAVING Constraint+
OrderClause: ORDER BY OrderCondition+
OrderCondition: ( ASC | DESC ) Bracketed | Constraint | UsedVariable
LimitOffset: Limit Offset? | Offset Limit?
Limit: LIMIT integer
Offset: OFFSET integer
ValuesClause: ( VALUES DataBlock )?
DataBlock: DataVariable '{' DataValue* '}' | '(' DataVariable* ')' '{' DataRow* '}'
DataVariable: variable
DataRow: '(' DataValue* ')'
DataValue: Iri | RdfLiteral | NumericLiteral | BooleanLiteral | UNDEF | TripleTerm
GroupGraphPattern: '{' ( SubSelect | TriplesBlock? ( GraphPatternNotTriples '.'? TriplesBlock? )* ) '}'
TriplesBlock: TriplesSameSubjectPath ( '.' TriplesBlock? )?
GraphPatternNotTriples: GroupOrUnion | OPTIONAL GroupGraphPattern | Minus | LATERAL GroupGraphPattern
  | GRAPH VarOrIri GroupGraphPattern | SERVICE SILENT? VarOrIri GroupGraphPattern | Filter | Bind | VALUES DataBlock
GroupOrUnion: GroupGraphPattern ( UNION GroupGraphPattern )*
Minus: MINUS GroupGraphPattern
Filter: FILTER Constraint
Bind: BIND '(' Expression AS BoundVariable ')'
BoundVariable: variable
Constraint: Bracketed | BuiltInCall | FunctionCall
FunctionCall: Iri Arguments
Arguments: '(' ( DISTINCT? Expression ( ',' Expression )* )? ')'
ExpressionList: '(' ( Expression ( ',' Expression )* )? ')'
TriplesTemplate: TriplesSameSubject ( '.' TriplesTemplate? )?
VarOrIri: PatternVariable | Iri
PatternVariable: variable
VarOrTerm: PatternVariable | Iri | RdfLiteral | NumericLiteral | BooleanLiteral | BlankNode | TripleTerm
TripleTerm: '<<(' GraphNode Verb GraphNode ')>>'
BlankNode: blank
Iri: iri | name | prefix
RdfLiteral: string ( language | '^^' Iri )?
NumericLiteral: ( '+' | '-' )? ( integer | number )
BooleanLiteral: true | false
Verb: PatternVariable | Iri | a
VerbPath: PatternVariable | Path
Path: PathSequence ( '|' PathSequence )*
PathSequence: PathElement ( '/' PathElement )*
PathElement: '^'? PathPrimary PathModifier?
PathModifier: '?' | '*' | '+'
PathPrimary: Iri | a | '!' NegatedPaths | '(' Path ')'
NegatedPaths: NegatedPath | '(' ( NegatedPath ( '|' NegatedPath )* )? ')'
NegatedPath: '^'? ( Iri | a )
Expression: AndExpression ( '||' AndExpression )*
AndExpression: RelationalExpression ( '&&' RelationalExpression )*
RelationalExpression: AdditiveExpression
  ( ( '=' | '!=' | '<' | '>' | '<=' | '>=' ) AdditiveExpression | NOT? IN ExpressionList )?
AdditiveExpression: MultiplicativeExpression ( ( '+' | '-' ) MultiplicativeExpression )*
MultiplicativeExpression: UnaryExpression ( ( '*' | '/' ) UnaryExpression )*
UnaryExpression: '!' UnaryExpression | ( '+' | '-' ) ( ( '+' | '-' ) ( integer | number ) | PrimaryExpression ) | PrimaryExpression
PrimaryExpression: Bracketed | BuiltInCall | Iri Arguments? | RdfLiteral | integer | number | BooleanLiteral | UsedVariable
  | TripleTerm
UsedVariable: variable
Bracketed: '(' Expression ')'
BuiltInCall: Aggregate | Exists | Tolerant | OneArgument '(' Expression ')' | TwoArguments '(' Expression ',' Expression ')'
  | BNODE '(' Expression? ')' | ( RAND | NOW | UUID | STRUUID ) '(' ')' | CONCAT ExpressionList
  | ( SUBSTR | REGEX ) '(' Expression ',' Expression ( ',' Expression )? ')'
  | REPLACE '(' Expression ',' Expression ',' Expression ( ',' Expression )? ')'
  | ( IF | STRLANGDIR | TRIPLE ) '(' Expression ',' Expression ',' Expression ')'
Tolerant: BOUND '(' UsedVariable ')' | COALESCE ExpressionList
Exists: NOT? EXISTS GroupGraphPattern
Aggregate: COUNT '(' DISTINCT? ( '*' | Expression ) ')' | OtherAggregate '(' DISTINCT? Expression ')'
  | GROUP_CONCAT '(' DISTINCT? Expression ( ';' SEPARATOR '=' string )? ')'
"""
# Triples, once with property paths (@ stands for Path) and once without, as in the template of CONSTRUCT
TRIPLES = r"""
TriplesSameSubject@: VarOrTerm PropertyList@ | TriplesNode@ PropertyList@?
PropertyList@: Verb@ ObjectList@ ( ';' ( Verb@ ObjectList@ )? )*
ObjectList@: Object@ ( ',' Object@ )*
Object@: GraphNode@ ( '~' ( VarOrIri | BlankNode )? | '{|' PropertyList@ '|}' )*
GraphNode@: VarOrTerm | TriplesNode@
TriplesNode@: '(' GraphNode@* ')' | '[' PropertyList@? ']' | '<<' GraphNode Verb GraphNode ( '~' ( VarOrIri | BlankNode )? )? '>>'
"""
CHOICES = {"OneArgument": ONE_ARGUMENT, "TwoArguments": TWO_ARGUMENTS, "OtherAggregate": AGGREGATES}

Production = tuple[str, ...]
META = re.compile(r"'[^']+'|\w+|[()|?*+]")


class Grammar:
    """A context-free grammar and its LL(1) table.

    productions: a dict from each non-terminal to its alternatives, each a sequence of symbols. A non-terminal with # in its
    name was made for a part of a rule. A symbol that is not a key of this dict is a terminal: the kind of a token (such as
    “variable”), the text of a mark (such as “{”), or a keyword in upper case.
    """

    def __init__(self, rules: str):
        """Read rules in EBNF: on a new line a name and a colon, then alternatives separated by |, with ( ) ? * +.

        Marks such as '{' stand in quotes; keywords and the kinds of tokens do not. A line that does not begin with a name
        and a colon continues the rule above it.
        """
        self.productions: dict[str, list[Production]] = {}
        for rule in re.split(r"\n(?=\w+:)", rules.strip()):
            name, _, body = rule.partition(":")
            self._read_alternatives(name, META.findall(body))
        self._firsts: dict[str, Mapping[str, Production]] = {}

    def first(self, symbol: str) -> Mapping[str, Production]:
        """Return the row of the LL(1) table for the non-terminal `symbol`.

        It is a dict from each terminal that `symbol` can begin with to the alternative to choose before that terminal. If
        one alternative can be empty, the key "" has it.
        """
        if symbol not in self._firsts:
            self._firsts[symbol] = MappingProxyType(
                {
                    terminal: production
                    for production in reversed(self.productions[symbol])
                    for terminal in self._begin(production)
                }
            )
        return self._firsts[symbol]

    def _begin(self, symbols: Sequence[str]) -> Iterator[str]:
        """Yield the terminals that a sequence of symbols can begin with, and "" if it can be empty."""
        for symbol in symbols:
            if symbol not in self.productions:
                yield symbol
                return
            terminals = self.first(symbol)
            yield from (terminal for terminal in terminals if terminal)
            if "" not in terminals:
                return
        yield ""

    def _read_alternatives(self, name: str, words: list[str]) -> None:
        """Read the alternatives of the non-terminal `name` and add them to `productions`.

        words: the rest of a rule in EBNF; it is read up to its end or the “)” that closes a part, and what is read is
        removed from it.
        """
        alternatives: list[list[str]] = [[]]
        while words and (word := words.pop(0)) != ")":
            if word == "|":
                alternatives.append([])
            elif word == "(":
                part = self._new_name(name)
                self._read_alternatives(part, words)
                alternatives[-1].append(part)
            elif word in ("?", "*", "+"):
                alternatives[-1].append(self._repeat(name, alternatives[-1].pop(), word))
            else:
                alternatives[-1].append(word.strip("'"))
        self.productions[name] = [tuple(alternative) for alternative in alternatives]

    def _repeat(self, name: str, symbol: str, mark: str) -> str:
        """Return a new non-terminal that stands for `symbol` with the mark “?”, “*” or “+” after it, in the rule `name`."""
        optional = self._new_name(name)
        self.productions[optional] = [(symbol,) if mark == "?" else (symbol, optional), ()]
        if mark != "+":
            return optional
        several = self._new_name(name)
        self.productions[several] = [(symbol, optional)]
        return several

    def _new_name(self, name: str) -> str:
        """Return a name for a part of the rule `name` that no other part has, and reserve it."""
        part = f"{name.partition('#')[0]}#{len(self.productions)}"
        self.productions[part] = []
        return part


@cache
def sparql_grammar() -> Grammar:
    """Return the grammar of SPARQL queries; its start symbol is Query."""
    choices = "".join(f"{name}: {' | '.join(words.split())}\n" for name, words in CHOICES.items())
    return Grammar(RULES + choices + TRIPLES.replace("@", "Path") + TRIPLES.replace("@", ""))


@cache
def keywords() -> frozenset[str]:
    """Return all keywords and names of functions of SPARQL queries, in upper case, such as SELECT and STRLEN."""
    productions = sparql_grammar().productions
    symbols = {symbol for alternatives in productions.values() for each in alternatives for symbol in each}
    return frozenset(symbol for symbol in symbols if symbol.isupper() and symbol not in productions) - {"END"}
