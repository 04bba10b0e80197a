package org.lumenyard.agent.engine;

/**
 * What a picture shows, found while it was decoded to see whether it is whole.
 *
 * @param isBlack whether no colour of any pixel that was looked at is more than {@link
 *     PictureCheck#BLACK}; false for OpenEXR, whose pixels only {@link ExrThumbnails} sees
 * @param digest equal for two pictures of equal pixels that one program wrote
 * @param isSparse whether only some pixels of a large picture were looked at
 */
record Content(boolean isBlack, long digest, boolean isSparse) {}
