"""Whether NetCDF files follow the rules of CF 1.10 that apply to ours. Prints JSON: for each file the list of what is wrong.

Rules are those of the conformance document (https://cfconventions.org/Data/cf-documents/requirements-recommendations/), by the number of their section; "house" are our
own: every variable has long_name, every one of numbers has units. Units are parsed by UDUNITS where it is installed.
"""
import ctypes
import json
import re
import sys

import netCDF4
import numpy

TEXT = str
NUMBER = (int, float, numpy.number, numpy.ndarray)
# Appendix A, of the attributes that we might write: type, and whether it may be (G)lobal, of (C)oordinates and bounds, of (D)ata.
ATTRIBUTES = {
    "Conventions": (TEXT, "G"), "title": (TEXT, "G"), "history": (TEXT, "G"), "institution": (TEXT, "GD"), "source": (TEXT, "GD"),
    "references": (TEXT, "GD"), "comment": (TEXT, "GCD"), "units": (TEXT, "CD"), "long_name": (TEXT, "CD"), "standard_name": (TEXT, "CD"),
    "ancillary_variables": (TEXT, "D"), "axis": (TEXT, "C"), "positive": (TEXT, "C"), "calendar": (TEXT, "C"), "bounds": (TEXT, "C"),
    "cell_methods": (TEXT, "D"), "cell_measures": (TEXT, "D"), "coordinates": (TEXT, "D"), "flag_meanings": (TEXT, "D"),
    "flag_values": (NUMBER, "D"), "flag_masks": (NUMBER, "D"), "grid_mapping": (TEXT, "D"), "missing_value": (NUMBER, "D"),
    "_FillValue": (NUMBER, "D"), "valid_min": (NUMBER, "CD"), "valid_max": (NUMBER, "CD"), "valid_range": (NUMBER, "CD"),
    "scale_factor": (NUMBER, "D"), "add_offset": (NUMBER, "D"), "actual_range": (NUMBER, "CD"),
}
METHODS = set("point sum maximum maximum_absolute_value median mid_range minimum minimum_absolute_value mean mean_absolute_value "
              "mean_of_upper_decile mode range root_mean_square standard_deviation sum_of_squares variance".split())
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
FLAG = re.compile(r"[A-Za-z0-9_\-.+@]+\Z")
IDENTICAL = ("units", "standard_name", "axis", "positive", "calendar")


def unit_reader():
    """A function that says whether UDUNITS reads a unit; None where it is not installed."""
    try:
        library = ctypes.CDLL("libudunits2.so.0")
    except OSError:
        return None
    for name, arguments in (("ut_read_xml", [ctypes.c_char_p]), ("ut_parse", [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int])):
        getattr(library, name).restype = ctypes.c_void_p
        getattr(library, name).argtypes = arguments
    library.ut_set_error_message_handler(library.ut_ignore)
    system = library.ut_read_xml(None)
    return None if not system else lambda text: bool(library.ut_parse(system, text.encode(), 0))


READS_UNIT = unit_reader()


def is_text(variable):
    return variable.dtype is str or variable.dtype.kind in "SU"


def roles(dataset):
    """Names of the coordinate variables, of auxiliary ones, and of bounds."""
    main = {name for name, v in dataset.variables.items() if v.dimensions == (name,) and not is_text(v)}
    listed = {word for v in dataset.variables.values() for word in str(getattr(v, "coordinates", "")).split()}
    bounds = {str(v.bounds) for v in dataset.variables.values() if "bounds" in v.ncattrs()}
    return main, listed - main, bounds


def check(path):
    found = []
    say = lambda rule, where, what: found.append(f"{rule} {where}: {what}")
    with netCDF4.Dataset(path) as dataset:
        dataset.set_auto_mask(False)
        main, auxiliary, bounds = roles(dataset)
        if not re.search(r"(^|[ ,])CF-1\.\d+", str(getattr(dataset, "Conventions", ""))):
            say("2.6.1", "file", "Conventions does not name CF-1.x")
        check_attributes(say, "file", dataset, "G")
        if not dataset.dimensions["time"].isunlimited():
            say("house", "time", "is not unlimited")
        for name, variable in dataset.variables.items():
            kind = "C" if name in main or name in auxiliary or name in bounds or variable.dimensions == (name,) else "D"
            check_attributes(say, name, variable, kind)
            check_variable(say, name, variable)
            check_references(say, name, variable, dataset)
            if name in main:
                check_coordinate(say, name, variable)
            if "bounds" in variable.ncattrs():
                check_bounds(say, name, variable, dataset)
        for name in dataset.dimensions:
            if not NAME.match(name):
                say("2.3", name, "is no name of a dimension")
    return found


def check_attributes(say, where, holder, kind):
    for name in holder.ncattrs():
        value = holder.getncattr(name)
        if not NAME.match(name) and name != "_FillValue":
            say("2.3", where, f"attribute {name} is no name")
        if name in ATTRIBUTES:
            form, places = ATTRIBUTES[name]
            if not isinstance(value, form):
                say("A", where, f"{name} is of the wrong type, {type(value).__name__}")
            if kind not in places:
                say("A", where, f"{name} does not belong here")


def check_variable(say, name, variable):
    attributes = variable.ncattrs()
    if not NAME.match(name):
        say("2.3", name, "is no name of a variable")
    if len(set(variable.dimensions)) < len(variable.dimensions):
        say("2.4", name, "has a dimension twice")
    if not str(getattr(variable, "long_name", "")).strip():
        say("house", name, "has no long_name")
    if is_text(variable):
        return
    if "units" not in attributes:
        say("house", name, "has no units")
    elif READS_UNIT is not None and not READS_UNIT(str(variable.units)):
        say("3.1", name, f"units {variable.units!r} are none of UDUNITS")
    for other in ("_FillValue", "missing_value", "flag_values", "flag_masks", "valid_range", "valid_min", "valid_max"):
        if other in attributes and numpy.asarray(variable.getncattr(other)).dtype != variable.dtype:
            say("3.5" if other.startswith("flag") else "2.5.1", name, f"{other} is of another type than the variable")
    if "valid_range" in attributes and {"valid_min", "valid_max"} & set(attributes):
        say("2.5.1", name, "has valid_range beside valid_min or valid_max")
    if ("flag_values" in attributes) != ("flag_meanings" in attributes):
        say("3.5", name, "has one of flag_values and flag_meanings")
    elif "flag_values" in attributes:
        values, words = numpy.atleast_1d(variable.flag_values), str(variable.flag_meanings).split()
        if len(values) != len(words) or len(set(values.tolist())) < len(values):
            say("3.5", name, "flag_values are not as many as flag_meanings, or not distinct")
        if not all(FLAG.match(word) for word in words):
            say("3.5", name, "flag_meanings has characters that it may not have")
        if not numpy.isin(variable[:], values).all():
            say("3.5", name, "has values that flag_values does not list")


def check_references(say, name, variable, dataset):
    for attribute, rule in (("ancillary_variables", "3.4"), ("coordinates", "5")):
        for other in str(getattr(variable, attribute, "")).split():
            if other not in dataset.variables:
                say(rule, name, f"{attribute} names {other}, which is not there")
            elif not set(dataset[other].dimensions) <= set(variable.dimensions):
                say(rule, name, f"{attribute} names {other}, which has other dimensions")
    methods = str(getattr(variable, "cell_methods", ""))
    if not re.fullmatch(r"(\w+: )+\w+( (\w+: )+\w+)*", methods or "a: b", re.ASCII):
        say("7.3", name, f"cell_methods {methods!r} cannot be read")
        return
    for word in methods.split():
        if word.endswith(":") and word[:-1] not in variable.dimensions + ("area",):
            say("7.3", name, f"cell_methods names {word[:-1]}, which is no dimension of it")
        if not word.endswith(":") and word not in METHODS:
            say("7.3", name, f"cell_methods has the method {word}")


def check_coordinate(say, name, variable):
    values = variable[:]
    if not numpy.isfinite(values).all():
        say("5", name, "has missing values")
    steps = numpy.diff(values.astype(float))
    if not ((steps > 0).all() or (steps < 0).all()):
        say("5", name, "is not strictly monotonic")


def check_bounds(say, name, variable, dataset):
    if variable.bounds not in dataset.variables:
        say("7.1", name, f"its bounds {variable.bounds} are not there")
        return
    cells = dataset[variable.bounds]
    if cells.dimensions[:-1] != variable.dimensions or cells.shape[-1] != 2 or cells.dtype != variable.dtype:
        say("7.1", name, "its bounds are not both ends of each cell, in the same type")
        return
    for attribute in cells.ncattrs():
        if attribute in IDENTICAL and cells.getncattr(attribute) != getattr(variable, attribute, None):
            say("7.1", name, f"its bounds have another {attribute}")
        if attribute in ("bounds", "_FillValue", "missing_value"):
            say("7.1", name, f"its bounds have {attribute}")
    low, high = cells[:][..., 0], cells[:][..., 1]
    if not ((low <= variable[:]) & (variable[:] <= high)).all():
        say("7.1", name, "lies outside its bounds")
    if not (high[..., :-1] == low[..., 1:]).all():
        say("7.1", name, "its cells have gaps or overlap")


if __name__ == "__main__":
    print(json.dumps({"units_parsed": READS_UNIT is not None, "wrong": {path: check(path) for path in sys.argv[1:]}}))
