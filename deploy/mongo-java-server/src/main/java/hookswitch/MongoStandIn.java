package hookswitch;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.util.List;
import org.h2.mvstore.MVStore;

/**
 * MongoDB's wire protocol over an H2 store, on the loopback address only.
 *
 * <p>Arguments: the port, and the file to keep the data in; without a file the data is gone when the process ends.
 */
public final class MongoStandIn {
  /** How long an acknowledged write may wait for the disk, milliseconds. Shorter costs throughput and gains nothing. */
  private static final int AUTO_COMMIT_DELAY_MS = 5;

  /** Wire version 13 is MongoDB 5.0's: what today's drivers need, and not a version whose commands are missing here. */
  private static final MongoVersion VERSION =
      new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
          return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
          return 13;
        }
      };

  private MongoStandIn() {}

  public static void main(String[] arguments) {
    if (arguments.length < 1 || arguments.length > 2) {
      System.err.println("usage: mongo-stand-in PORT [FILE]");
      System.exit(2);
    }
    try {
      MVStore store = openStore(arguments.length == 2 ? arguments[1] : null);
      H2Backend backend = new H2Backend(store);
      backend.version(VERSION);
      MongoServer server = new MongoServer(backend);
      Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
      server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
      System.out.println("listening on " + server.getLocalAddress());
    } catch (RuntimeException failure) {
      System.err.println("cannot start: " + failure);
      System.exit(1);
    }
  }

  private static MVStore openStore(String file) {
    MVStore store = new MVStore.Builder().fileName(file).open();
    if (file != null) {
      store.setAutoCommitDelay(AUTO_COMMIT_DELAY_MS);
    }
    return store;
  }
}
