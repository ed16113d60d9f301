"""Copies of a file with a mistake each, and what cf_check.py says of them. Usage: cf_mutants.py FILE FOLDER. Prints JSON: mistake -> what is wrong."""
import json
import sys

import netCDF4
import numpy
from cf_check import READS_UNIT, check


def copy(path, into):
    """NetCDF alters only files of its own making: everything is written again."""
    with netCDF4.Dataset(path) as source:
        into.setncatts({k: source.getncattr(k) for k in source.ncattrs()})
        for name, dimension in source.dimensions.items():
            into.createDimension(name, None if dimension.isunlimited() else len(dimension))
        for name, variable in source.variables.items():
            made = into.createVariable(name, variable.dtype, variable.dimensions)
            made.setncatts({k: variable.getncattr(k) for k in variable.ncattrs()})
            made[:] = variable[:]


def renamed(d):
    d.renameVariable("gap", "0gap")


def stepping_back(d):
    d["time"][-1] = d["time"][0]


def nowhere(d):
    d["x"][1] = numpy.nan


def moved(d):
    d["x"][2] = d["x"][3]


def overlapping(d):
    d["x_bounds"][0, 1] += 1e-3


def other_bounds(d):
    d.createDimension("three", 3)
    d.createVariable("wide", "f8", ("x", "three")).setncatts({"units": "1", "long_name": "three ends"})
    d["x"].bounds = "wide"


MISTAKES = {
    "none": lambda d: None,
    "2.3": renamed,
    "2.5.1": lambda d: d["gap"].setncattr("valid_min", numpy.float32(0)),
    "2.6.1": lambda d: d.setncattr("Conventions", "none"),
    "3.4": lambda d: d["density"].setncattr("ancillary_variables", "density_l1_error nowhere"),
    "3.4 dimensions": lambda d: d["energy"].setncattr("ancillary_variables", "density"),
    "3.5": lambda d: d["resolved"].setncattr("flag_meanings", "resolved"),
    "3.5 type": lambda d: d["resolved"].setncattr("flag_values", numpy.array([0, 1], "i4")),
    "3.5 values": lambda d: d["resolved"].setncattr("flag_values", numpy.array([5, 6], "i1")),
    "5": lambda d: d["gap"].setncattr("coordinates", "nowhere"),
    "5 order": stepping_back,
    "5 missing": nowhere,
    "7.1": lambda d: d["x"].setncattr("bounds", "nowhere"),
    "7.1 shape": other_bounds,
    "7.1 inside": moved,
    "7.1 units": lambda d: d["x_bounds"].setncattr("units", "m"),
    "7.1 gaps": overlapping,
    "7.3": lambda d: d["density"].setncattr("cell_methods", "y: mean"),
    "7.3 method": lambda d: d["density"].setncattr("cell_methods", "x: average"),
    "7.3 form": lambda d: d["density"].setncattr("cell_methods", "mean over x"),
    "A type": lambda d: d["energy"].setncattr("long_name", 1.0),
    "A place": lambda d: d["x"].setncattr("cell_methods", "x: mean"),
    "house units": lambda d: d["energy_error"].delncattr("units"),
    "house name": lambda d: d["x_bounds"].delncattr("long_name"),
}
if READS_UNIT is not None:
    MISTAKES["3.1"] = lambda d: d["energy"].setncattr("units", "none of these")

found = {}
for mistake, make in MISTAKES.items():
    path = f"{sys.argv[2]}/mutant.nc"
    with netCDF4.Dataset(path, "w") as dataset:
        copy(sys.argv[1], dataset)
        make(dataset)
    found[mistake] = check(path)
print(json.dumps(found))
