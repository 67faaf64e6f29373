#ifndef C_ALLOCATION_COUNTER_H
#define C_ALLOCATION_COUNTER_H

#include <stdint.h>

// Heap allocations of the whole process so far, or 0 where they cannot be counted (not glibc).
uint64_t allocation_count(void);

// Bytes of the heap in use, as glibc's mallinfo2 reports them, or 0.
uint64_t heap_bytes_in_use(void);

#endif
