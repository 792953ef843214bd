// Read by folding.js and by hmic_core/folding.py: below is strict JSON. Code points in hexadecimal, ranges inclusive.
// dropped: characters that print nothing. replaced: those that look like the one before the colon.
// alike: shapes of one character, kept as typed and equal where words are searched, quoted or compared.
export default {
  "dropped": [
    "00AD", "034F", "061C", "115F-1160", "17B4-17B5", "180B-180F", "200B-200F", "202A-202E", "2060-206F", "3164",
    "FE00-FE0F", "FEFF", "FFA0", "FFF0-FFFB", "1BCA0-1BCA3", "1D173-1D17A", "E0000-E0FFF"
  ],
  "replaced": {
    " ": ["00A0", "1680", "2000-200A", "202F", "205F", "2800", "3000"],
    "-": ["2010-2011", "FE63", "FF0D"],
    "\n": ["000B-000C", "0085", "2028-2029"],
    "ff": ["FB00"], "fi": ["FB01"], "fl": ["FB02"], "ffi": ["FB03"], "ffl": ["FB04"], "st": ["FB05-FB06"]
  },
  "alike": {
    "'": ["0060", "00B4", "02B9", "02BB-02BC", "02C8", "2018-201B", "2032", "FF07"],
    "\"": ["201C-201F", "2033", "FF02"],
    "-": ["2010-2015", "2212", "FE58"]
  }
}
