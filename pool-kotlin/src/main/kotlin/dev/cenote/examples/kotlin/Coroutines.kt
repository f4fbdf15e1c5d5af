package dev.cenote.examples.kotlin

import dev.cenote.pool.Lease
import dev.cenote.pool.Pool
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.suspendCancellableCoroutine

// snippet: with-lease
/** Uses an object of the pool. The coroutine is suspended while it waits, and blocks no thread. */
suspend fun <T : Any, R> Pool<T>.withLease(block: suspend (T) -> R): R = awaitLease().use { block(it.get()) }

/**
 * Acquires an object of the pool. A coroutine that is cancelled leaves the queue; if its lease came at the same moment, the lease is
 * closed. (With `acquireAsync().await()` it would be lost.)
 */
suspend fun <T : Any> Pool<T>.awaitLease(): Lease<T> = suspendCancellableCoroutine { continuation ->
    val acquired = acquireAsync()
    acquired.whenComplete { lease, failure ->
        if (failure == null) {
            continuation.resume(lease) { _, late, _ -> late.close() }
        } else {
            continuation.resumeWithException(failure)
        }
    }
    continuation.invokeOnCancellation { acquired.cancel(false) }
}
// end
