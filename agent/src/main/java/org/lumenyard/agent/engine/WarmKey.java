package org.lumenyard.agent.engine;

/**
 * What a warm process holds. Equal keys mean: that process can take this work without loading.
 *
 * @param engine the engine's name
 * @param program the program that holds it, with its version
 * @param model what it holds, for people and for the server: a scene's path
 * @param variant how it was loaded, where that matters
 */
public record WarmKey(String engine, String program, String model, String variant) {}
