"""The forms in which any dataset can be had, by the end of their addresses."""

from consultations.exports.writers.delimited import CSV, EXCEL_CSV
from consultations.exports.writers.objects import JSON
from consultations.exports.writers.workbook import XLSX

FORMS = {form.extension: form for form in (CSV, EXCEL_CSV, XLSX, JSON)}
