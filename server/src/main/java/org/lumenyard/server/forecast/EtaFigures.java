package org.lumenyard.server.forecast;

/** Takes what became of forecasts. */
public interface EtaFigures {
    /**
     * A job is done, of which a forecast was made.
     *
     * @param share at how many percent of its tasks the forecast was made
     * @param error by how much it was wrong, of the time that it really took from then on
     * @param within whether the job was done no later than was said for nine of ten cases
     */
    void judged(int share, double error, boolean within);
}
