/**
 * Benchmarks. Each measures a whole farm of its own in processes of their own, in a folder that is
 * removed afterwards, and prints beside its figures the limit of the machine, measured in the same
 * run. The method and the latest figures are in {@code docs/performance.md}.
 */
@org.jspecify.annotations.NullMarked
package org.lumenyard.launcher.bench;
