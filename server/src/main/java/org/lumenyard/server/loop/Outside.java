package org.lumenyard.server.loop;

import java.util.List;
import org.lumenyard.core.Change;
import org.lumenyard.core.Effect;
import org.lumenyard.core.FarmImage;
import org.lumenyard.store.Reign;

/** Who is told what has become true. Called on the loop's thread: nothing here may wait. */
public interface Outside {
    /** A reign begins with this farm. What was told before may never have become true. */
    void began(Reign reign, FarmImage image);

    /** These changes are stored; their callers have been answered. */
    void committed(long revision, List<Change> changes, List<Effect> effects);

    /** Nothing can be stored for now; the reign is over. */
    void troubled(String why);
}
