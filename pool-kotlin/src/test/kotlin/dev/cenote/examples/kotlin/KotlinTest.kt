package dev.cenote.examples.kotlin

import dev.cenote.pool.Pool
import dev.cenote.pool.PoolTimeoutException
import java.time.Duration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** The API as Kotlin sees it. */
@Timeout(60)
class KotlinTest {

    private class Parser : AutoCloseable {
        var isClosed = false

        fun parse(text: String) = text.toInt()

        override fun close() {
            isClosed = true
        }
    }

    private fun pool(size: Int): Pool<Parser> =
        Pool.builder { Parser() }.name("parsers").maxSize(size).acquireTimeout(Duration.ofSeconds(10)).build()

    @Test
    fun `use closes the lease, and then the pool`() {
        val parser = pool(1).use { pool ->
            // snippet: use
            val answer = pool.acquire().use { lease -> lease.get().parse("42") }
            // end
            assertEquals(42, answer)
            pool.acquire().use { lease ->
                assertThrows(PoolTimeoutException::class.java) { pool.acquire(Duration.ZERO) }
                lease.get()
            }
        }
        assertTrue(parser.isClosed)
    }

    @Test
    fun `withObject gives the object to a lambda`() {
        pool(1).use { pool ->
            val number: Int = pool.withObject<Int, RuntimeException> { parser -> parser.parse("42") }
            assertEquals(42, number)
            assertEquals(0, pool.stats().leased())
        }
    }

    @Test
    fun `coroutines share few objects, and block no thread while they wait`() = runBlocking {
        pool(2).use { pool ->
            // All on this thread: a caller that blocked it would wait for ever.
            val numbers = (1..100).map { number ->
                async {
                    pool.withLease { parser ->
                        yield()
                        parser.parse("$number")
                    }
                }
            }
            assertEquals((1..100).toList(), numbers.awaitAll())
            assertTrue(pool.stats().created() <= 2)
        }
    }

    @Test
    fun `the page's questions are answered in order`() = runBlocking {
        pool(2).use { pool ->
            val questions = listOf("1", "2", "3")
            // snippet: coroutines
            val answers = questions.map { question ->
                async { pool.withLease { parser -> parser.parse(question) } }
            }.awaitAll()
            // end
            assertEquals(listOf(1, 2, 3), answers)
        }
    }

    @Test
    fun `a coroutine that is cancelled leaves the queue and loses no lease`() = runBlocking {
        pool(2).use { pool ->
            repeat(2_000) {
                val one = launch(Dispatchers.Default) { pool.withLease { yield() } }
                val other = launch(Dispatchers.Default) { pool.withLease { yield() } }
                val cancelled = launch(Dispatchers.Default) { pool.withLease { yield() } }
                yield()
                cancelled.cancel()
                one.join()
                other.join()
                cancelled.join()
            }
            while (pool.stats().leased() > 0) { // the thread that completed a lease may be about to close it
                yield()
            }
            assertEquals(0, pool.stats().waiters())
        }
    }
}
