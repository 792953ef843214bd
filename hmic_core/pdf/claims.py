"""What a PDF says it conforms to, and the hash of what was signed, in its XMP packet."""

from typing import Any
from xml.sax.saxutils import escape

# PDF/A asks for a description of every XMP property that it does not know itself.
_CLAIMS = """\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""

_IDENTIFIER = """\
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">\
<dc:identifier>{}</dc:identifier></rdf:Description>"""


def claim(pdf: Any, identifier: str) -> None:
    """Write both conformance claims, and the hash of what was signed, to the XMP packet."""
    number = int(pdf.catalog["Metadata"].split()[0])
    stream = pdf.objects[number]
    additions = _CLAIMS
    if identifier:
        additions += _IDENTIFIER.format(escape(identifier))
    packet = b"".join(part if isinstance(part, bytes) else part.encode() for part in stream.stream)
    stream.compress = False
    stream.stream = [packet.replace(b"</rdf:RDF>", additions.encode() + b"</rdf:RDF>")]
