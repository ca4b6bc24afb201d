"""Every promise that the catalogue makes, held for every function in it."""

import inspect
import keyword
import re
from typing import Any

import pytest
from openpyxl.utils import FORMULAE

import udfs
from udfs import FUNCTIONS, OMITTED
from udfs.definition import HELP_LIMIT


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Functions that Excel got after 2007, which is how far openpyxl's list goes: Microsoft's list of functions by category.
# Names with a dot are left out, ours have none.
LATER_EXCEL = words(
    """
    ACOT ACOTH AGGREGATE ARABIC ARRAYTOTEXT BASE BITAND BITLSHIFT BITOR BITRSHIFT BITXOR BYCOL BYROW CALL CHOOSECOLS
    CHOOSEROWS COMBINA CONCAT COPILOT COT COTH CSC CSCH DAYS DBCS DECIMAL DETECTLANGUAGE DROP ENCODEURL EXPAND
    FIELDVALUE FILTER FILTERXML FORMULATEXT GAMMA GAUSS GROUPBY HSTACK IFNA IFS IMAGE IMCOSH IMCOT IMCSC IMCSCH IMSEC
    IMSECH IMSINH IMTAN IMPORTCSV IMPORTTEXT ISFORMULA ISOMITTED ISOWEEKNUM JIS LAMBDA LET MAKEARRAY MAP MAXIFS MINIFS
    MUNIT NUMBERVALUE PDURATION PERCENTOF PERMUTATIONA PHI PIVOTBY RANDARRAY REDUCE REGEXEXTRACT REGEXREPLACE REGEXTEST
    REGISTER RRI RTD SCAN SEC SECH SEQUENCE SHEET SHEETS SINGLE SKEWP SORT SORTBY STOCKHISTORY SWITCH TAKE TEXTAFTER
    TEXTBEFORE TEXTJOIN TEXTSPLIT TOCOL TOROW TRANSLATE TRIMRANGE UNICHAR UNICODE UNIQUE VALUETOTEXT VSTACK WEBSERVICE
    WRAPCOLS WRAPROWS XLOOKUP XMATCH XOR
    """
)

# Names that VBA keeps for itself: [MS-VBAL] 3.3.5.2, reserved identifiers. A module with one of them does not compile.
VBA = words(
    """
    ABS ADDRESSOF AND ANY ARRAY AS ATTRIBUTE BOOLEAN BYREF BYTE BYVAL CALL CASE CBOOL CBYTE CCUR CDATE CDBL CDEC
    CDECL CINT CIRCLE CLNG CLNGLNG CLNGPTR CLOSE CONST CSNG CSTR CURRENCY CVAR CVERR DATE DEBUG DECIMAL DECLARE
    DEFBOOL DEFBYTE DEFCUR DEFDATE DEFDBL DEFDEC DEFINT DEFLNG DEFLNGLNG DEFLNGPTR DEFOBJ DEFSNG DEFSTR DEFVAR
    DIM DO DOEVENTS DOUBLE EACH ELSE ELSEIF EMPTY END ENDIF ENUM EQV ERASE EVENT EXIT FALSE FIX FOR FRIEND
    FUNCTION GET GLOBAL GOSUB GOTO IF IMP IMPLEMENTS IN INPUT INPUTB INT INTEGER IS LBOUND LEN LENB LET LIKE
    LINEINPUT LOCK LONG LONGLONG LONGPTR LOOP LSET ME MOD NEW NEXT NOT NOTHING NULL ON OPEN OPTION OPTIONAL OR
    PARAMARRAY PRESERVE PRINT PRIVATE PSET PUBLIC PUT RAISEEVENT REDIM REM RESUME RETURN RSET SCALE SEEK SELECT
    SET SGN SHARED SINGLE SPC STATIC STOP STRING SUB TAB THEN TO TRUE TYPE TYPEOF UBOUND UNLOCK UNTIL VARIANT
    WEND WHILE WITH WITHEVENTS WRITE XOR
    """
)

# The catalogue as it was agreed: what people type.
SYNTAX = """\
AICAPEX(gpu, [mult=2])
AIREVENUE(gpu, [mult=2], [margin=0.5], [cloud=0])
AIGAP(gpu, [mult=2], [margin=0.5], [revenue=0], [cloud=0])
AIGPU(required, [mult=2], [margin=0.5], [cloud=0])
AIMARGIN(gpu, mult, revenue, [cloud=0])
AICOVERAGE(gpu, mult, margin, revenue, [cloud=0])
AIGAPYEARS(required, revenue, growth)
CAPEXINTENSITY(capex, revenue)
PAYBACK(capex, cashflows, [rate=0])
MOIC(capex, cashflows)
PROFITINDEX(capex, cashflows, rate)
CAPITALCHARGE(capex, rate, life, [residual=0])
CLUSTERIRR(capex, cashflows, [residual=0])
CLUSTERCAPEX(gpus, price, [overhead=0], [mw=0], [permw=0])
CLUSTERPOWER(gpus, watts, [overhead=0], [pue=1])
ENERGYCOST(itkw, pue, price, [load=1], [hours=8760])
COLOCOST(kw, rate)
GPUHOURCOST(capex, opex, gpus, utilisation, life, [rate=0], [residual=0])
GPUREVENUE(gpus, price, utilisation, [hours=8760])
BREAKEVENPRICE(cost, [margin=0])
BREAKEVENUTIL(price, capex, opex, gpus, life, [rate=0], [residual=0])
BUYVSRENT(capex, own, rent)
GPUDEP(cost, residual, life, [method=SL])
GPUNBV(cost, residual, life, age, [method=SL])
GPUVALUE(cost, age, [halflife=3])
LIFECHANGE(cost, oldlife, newlife, age, [residual=0])
TAXSHIELD(depreciation, tax)
REPLACEGAIN(oldopex, newopex, newcapex, life, [rate=0], [resale=0])
RENTSPREAD(sell, buy, months)
GPUHOUR(monthly, gpus, [hours=730])
RENTFORWARD(rate1, term1, rate2, term2)
RENTCURVE(price, decline, years)
GPULOOP(equity, ltv, [rounds])
GPULTV(debt, value)
DSCR(cfads, service)
DEBTCAP(cfads, dscr, rate)
TOKENCOST(gpuhour, tps, [utilisation=1])
TOKENMARGIN(price, cost)
TOKENPRICE(price, factor, years)
REQTOKENS(revenue, price)
SHAREHEADROOM(share)
IMPLIEDEARNINGS(cap, pe)
PRIORPERIOD(current, growth)
""".splitlines()


def same(value: Any, expected: Any) -> bool:
    """Whether a result is the one of an example: numbers but for the last bits, all else exactly."""
    if isinstance(expected, list):
        return isinstance(value, list) and len(value) == len(expected) and all(map(same, value, expected))
    if isinstance(expected, float):
        return isinstance(value, float) and value == pytest.approx(expected, rel=1e-12, abs=1e-12)
    return type(value) is type(expected) and value == expected


every_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
every_parameter = pytest.mark.parametrize(
    ("function", "parameter"),
    [
        pytest.param(function, parameter, id=f"{function.name}-{parameter.name}")
        for function in FUNCTIONS.values()
        for parameter in function.parameters
    ],
)


@pytest.mark.parametrize("syntax", SYNTAX)
def test_agreed_functions_are_there(syntax):
    assert FUNCTIONS[syntax.split("(")[0]].syntax == syntax


@every_function
def test_name(function):
    name = function.name
    assert re.fullmatch("[A-Z][A-Z0-9]*", name)
    assert not re.fullmatch("[A-Z]{1,3}[0-9]+", name), "reads as a cell address"
    assert not re.fullmatch("R[0-9]*C[0-9]*|R[0-9]*|C[0-9]*", name), "reads as a cell address of the form R1C1"
    assert name not in FORMULAE, "is an Excel function"
    assert name not in LATER_EXCEL, "is an Excel function"
    assert name not in VBA, "does not compile in VBA"
    assert getattr(udfs, name) is function.body
    assert function.body.__name__ == name


@every_parameter
def test_parameter_name(function, parameter):
    name = parameter.name
    assert re.fullmatch("[a-z][a-z0-9]*", name)
    assert not keyword.iskeyword(name)
    assert name.upper() not in VBA, "the VBA module can't name an argument so"


@every_function
def test_help(function):
    assert function.summary.endswith(".")
    assert 10 < len(function.summary) <= HELP_LIMIT
    assert len(function.returns) > 3
    assert function.errors
    assert "#" in function.errors or function.errors.startswith("None"), "the errors by their names"
    assert function.category
    assert function.source


@every_parameter
def test_parameter_help(function, parameter):
    assert parameter.help.endswith((".", ":")), "a sentence"
    assert 10 < len(parameter.help) <= HELP_LIMIT


@every_function
def test_docstring_names_the_parameters_of_the_signature(function):
    text = inspect.getdoc(function.body) or ""
    section = re.search(r"^Parameters\n-+\n(.*?)(?=^\w+\n-+$)", text, re.DOTALL | re.MULTILINE)
    assert section
    documented = re.findall(r"^(\*?\w+)(?: :|$)", section.group(1), re.MULTILINE)
    assert documented == [
        ("*" if parameter.kind is parameter.VAR_POSITIONAL else "") + parameter.name
        for parameter in inspect.signature(function.body).parameters.values()
    ]


@every_function
def test_domain_is_enforced_and_documented(function):
    """Whoever gives a number outside a domain gets #NUM!, and the help says which error that is."""
    bounded = [parameter for parameter in function.parameters if parameter.kind.domain and not parameter.kind.choices]
    if bounded:
        assert "#NUM!" in function.errors
    if any(parameter.kind.choices for parameter in function.parameters):
        assert "#N/A" in function.errors


@every_function
def test_defaults_are_in_their_domain(function):
    for parameter in function.parameters:
        default, kind = parameter.default, parameter.kind
        if default is OMITTED or default is None:
            continue
        assert default in kind.choices if kind.choices else kind.text or kind.holds(default), parameter.name


@every_function
def test_optional_parameters_come_last(function):
    required = [parameter.required for parameter in function.parameters]
    assert required == sorted(required, reverse=True)


@every_function
def test_examples_hold(function):
    assert function.examples
    for example in function.examples:
        result = udfs.call(function.name, *example.arguments)
        assert same(result, example.result), (example, result)


@every_function
def test_docstring_shows_a_call(function):
    assert f"{function.name}(" in function.sections["Examples"]


@every_function
def test_native_form_or_reason(function):
    """The formula of a workbook without Python holds nothing that is younger than Excel 2010, volatile, or ours."""
    if function.no_native:
        assert len(function.no_native) > 10
        return
    called = set(re.findall(r"[A-Z][A-Z0-9.]*(?=\()", function.native_formula))
    assert called <= FORMULAE
    assert not called & {"OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", *FUNCTIONS}
    if not function.native_row:  # the number of rows does not show in the formula of one
        for parameter in function.parameters:
            assert re.search(rf"\b{parameter.name}\b", function.native_formula), parameter.name


@every_function
def test_one_formula_by_row_where_the_result_spills(function):
    if function.result.shape == "table":
        assert function.native_row or function.no_native
    else:
        assert not function.native_row


@every_function
def test_wrong_number_of_arguments(function):
    if function.parameters and function.parameters[0].required:
        assert udfs.call(function.name) is udfs.ExcelError.VALUE
