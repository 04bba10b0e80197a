/**
 * Whole farms, real to the bottom: servers and agents as processes of their own, Blender and
 * ffmpeg, kernel locks, kills, full disks and cut cables. What these tests judge by is made outside
 * the farm's own tables wherever that can be: by the programs that draw, by the kernel, by the
 * clock.
 */
package org.lumenyard.system;
