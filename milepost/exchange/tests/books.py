"""Make the workbooks that tests hand in: .xlsx and .ods on the spot, .xls from one that was written once."""

import base64
import io
import zipfile
import zlib

import xlsxwriter

# Excel 97: five columns in German, a date cell, a day as a serial number, a formula.
OLD = (
    r"c-rk)O-NKx6#nj;|4GNuG|*@mgse=2sGyBbWBx2^#9H)6P&4Dh864lpn-NK(EEC!UQLCbjV2d_Zn|`REb}a(?Sp-3#wR9C!v`}B?p7&-"
    r"_D^MuGc;9f(JLlYczkBaH_ix^-"
    r"$?~bOdo|Nof@U}{Z}{L|;1iU51tSQ`Hw>v3o?c3ZjWq?ImjdZ_;c@9pkBp&=_cRpTbv`Eve57;&{pieUYIqgV!hMJf*@q^Q0yoJMKsEQ"
    r"Of@PBBdX{&%<P(;A*>jm?6P2A3$1xe{tlwkJ;-"
    r"g9}=LH~nA8?)b?Ad`TypXf_+!bM#bs?&!<C!&<5ptGb92C$FRa13om*E!tKx=DbEY^68FojAA_Bg&8Vc<()RX+>c{?+vhkpKH)zvmBrF"
    r"9mU_|C-_ihGCrIMKX#qoN>w=5B8<vT2j?!aTV*xVWk#zNKGeG+JM&M0@~AhUpxRDR`tA|Ruj4YR6M7;WwE>-"
    r"@2Ljb^uf5ESMzEv98Khssmwqw*B#Ff^wI1(kk-"
    r";_co&@svDr*U)x*&a@<z2DHIdC1^LG>7{%<MD_sR)5nAJ2@^UJe@_nzRQy{DAdWC_V`8j94*d1VG^@Uyo+zlkNfA}851%;$}HDs7f80S"
    r"3;?8dN#JIS!UIO4M_W?JO@a>qgdVSXNRQde(JSSxWl|m$}Hfb=1yI#@oo21^QOfM`sQ`42^z@Y$JW5V|u7^;$376wRB2$Q+@dxL4#-"
    r"zH?B)OiWHv0+QB}sto~&;^D05B?}l~smSIk=UqU%c(~@sT6fMPiSEl74%TctPWH~Kn@f&8r%r2|EU}ksGlFTwhPpRL6nP)C}NFREw5Ub"
    r"==e#5CSr`KXJW9chelGD#o-$Z($xAF#Il6VkO5OTnER*}W!0AzE`N(JsqX4>X|!VeoZY}l}2!-fqT%Yxv0qj^_$TDN64-"
    r"@eT6I&+lf?aw6tEe;_|zdZe^Y=cHm9j8|`e>T7+3S45Dbqe1LC5}+*I(m`de)O(*{?h*_v2Z-gt{D7#OK7F-&#$DP|G51hl@tW4"
)


def old_workbook():
    """Return an .xls."""
    return zlib.decompress(base64.b85decode(OLD))


def workbook(write):
    """Return an .xlsx whose first sheet is what `write` puts into it."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    write(book.add_worksheet())
    book.close()
    return file.getvalue()


def ods(*rows):
    """Return an .ods with rows of texts and numbers."""
    inner = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Deals">{inner}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zipped(**{"mimetype": kind, "content_xml": content, "META-INF/manifest_xml": manifest})


def _cell(value):
    if isinstance(value, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
            "</table:table-cell>"
        )
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def zipped(**members):
    """Return a zip; the last underscore of each name stands for its dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(".".join(name.rsplit("_", 1)), content)
    return file.getvalue()
