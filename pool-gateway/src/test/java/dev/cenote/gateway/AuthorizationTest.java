package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.gateway.Frame.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {

    /** As RFC 7804 and RFC 7617 write them. */
    @Test
    void theExamplesOfTheStandardsAreUnderstood() {
        assertThat(
                        Authorization.request(
                                "SCRAM-SHA-256 realm=\"testrealm@example.com\", data=biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8K"))
                .isEqualTo(Frame.of(Kind.FIRST, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO\n"));
        assertThat(Authorization.request("scram-sha-256 sid=AAAABBBBCCCCDDDD, data=\"Yz1iaXdz\""))
                .isEqualTo(Frame.of(Kind.FINAL, "AAAABBBBCCCCDDDD", "c=biws"));
        assertThat(Authorization.request("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="))
                .isEqualTo(Frame.of(Kind.PLAIN, "Aladdin", "open sesame"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer x",
                "SCRAM-SHA-256",
                "SCRAM-SHA-256 sid=x",
                "SCRAM-SHA-256 data",
                "SCRAM-SHA-256 data=?",
                "Basic ?",
                "Basic QWxhZGRpbg=="
            })
    void whatCannotBeReadIsRefused(String header) {
        assertThatThrownBy(() -> Authorization.request(header)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void parametersComeBackAsTheyWereWritten() {
        assertThat(Authorization.request("SCRAM-SHA-256 " + Authorization.parameters("id", "c=biws,r=x,p=AAAA")))
                .isEqualTo(Frame.of(Kind.FINAL, "id", "c=biws,r=x,p=AAAA"));
    }
}
