flat in uint fragment_number;
layout(location = 0) out uint result;
void main() { result = fragment_number; }
