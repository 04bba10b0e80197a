/**
 * The page as people meet it: a real Chromium, a real server with real agents and renderers. Each
 * test ends with a look at what the browser complained of; photographs of the pages, dark, light
 * and on a phone, are kept under {@code target/screenshots} for people to judge.
 */
package org.lumenyard.browser;
