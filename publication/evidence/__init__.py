"""What shows that the embargo held: rehearsal, proof, first response, audit pages."""
