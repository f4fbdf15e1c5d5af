package dev.cenote.pool.internal.run;

/**
 * Sees to it that so much of the stack is left, before something is begun that a {@link StackOverflowError} must not
 * interrupt: the error then comes from here, where nothing has happened yet.
 *
 * <p>A Java program can't ask how much stack is left. But a method is entered only if there is room for its frame as the
 * interpreter makes it, with eight bytes for each place of a local variable. Compiled code into which the method was
 * inlined looks for as much when it is entered, for it may have to go back to the interpreter; that costs a store for each
 * page. So these methods have many local variables, and a branch, never taken, at which compiled code goes back. None calls
 * another: what two methods need adds up only where both are inlined.
 *
 * <p>Those that are called for the lock are too long to be inlined, for their variables have values. If they were inlined into
 * code that runs under the lock, that code would need more stack than was checked before the lock was taken.
 *
 * <p><b>The argument:</b> what is done afterwards from the same frame needs less. To acquire needs the most, since what was
 * acquired is released from the same frame; to release needs more than to lock, which is one of its steps. User code may
 * need any amount, and runs outside the lock.
 */
@SuppressWarnings("unused")
public final class StackReserve {

    private static boolean never; // not final, or the compiler would leave nothing of the branch

    private StackReserve() {}

    // spotless:off

    /** For an acquire and all that follows it: some 14 KB. */
    public static void ensureForAcquire() {
        long aa, ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, as, at, au, av, aw, ax, ay, az, ba,
            bb, bc, bd, be, bf, bg, bh, bi, bj, bk, bl, bm, bn, bo, bp, bq, br, bs, bt, bu, bv, bw, bx, by, bz, ca, cb, cc,
            cd, ce, cf, cg, ch, ci, cj, ck, cl, cm, cn, co, cp, cq, cr, cs, ct, cu, cv, cw, cx, cy, cz, da, db, dc, dd, de,
            df, dg, dh, di, dj, dk, dl, dm, dn, dp, dq, dr, ds, dt, du, dv, dw, dx, dy, dz, ea, eb, ec, ed, ee, ef, eg, eh,
            ei, ej, ek, el, em, en, eo, ep, eq, er, es, et, eu, ev, ew, ex, ey, ez, fa, fb, fc, fd, fe, ff, fg, fh, fi, fj,
            fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy, fz, ga, gb, gc, gd, ge, gf, gg, gh, gi, gj, gk, gl,
            gm, gn, go, gp, gq, gr, gs, gt, gu, gv, gw, gx, gy, gz, ha, hb, hc, hd, he, hf, hg, hh, hi, hj, hk, hl, hm, hn,
            ho, hp, hq, hr, hs, ht, hu, hv, hw, hx, hy, hz, ia, ib, ic, id, ie, ig, ih, ii, ij, ik, il, im, in, io, ip, iq,
            ir, is, iu, iv, iw, ix, iy, iz, ja, jb, jc, jd, je, jf, jg, jh, ji, jj, jk, jl, jm, jn, jo, jp, jq, jr, js, jt,
            ju, jv, jw, jx, jy, jz, ka, kb, kc, kd, ke, kf, kg, kh, ki, kj, kk, kl, km, kn, ko, kp, kq, kr, ks, kt, ku, kv,
            kw, kx, ky, kz, la, lb, lc, ld, le, lf, lg, lh, li, lj, lk, ll, lm, ln, lo, lp, lq, lr, ls, lt, lu, lv, lw, lx,
            ly, lz, ma, mb, mc, md, me, mf, mg, mh, mi, mj, mk, ml, mm, mn, mo, mp, mq, mr, ms, mt, mu, mv, mw, mx, my, mz,
            na, nb, nc, nd, ne, nf, ng, nh, ni, nj, nk, nl, nm, nn, no, np, nq, nr, ns, nt, nu, nv, nw, nx, ny, nz, oa, ob,
            oc, od, oe, of, og, oh, oi, oj, ok, ol, om, on, oo, op, oq, or, os, ot, ou, ov, ow, ox, oy, oz, pa, pb, pc, pd,
            pe, pf, pg, ph, pi, pj, pk, pl, pm, pn, po, pp, pq, pr, ps, pt, pu, pv, pw, px, py, pz, qa, qb, qc, qd, qe, qf,
            qg, qh, qi, qj, qk, ql, qm, qn, qo, qp, qq, qr, qs, qt, qu, qv, qw, qx, qy, qz, ra, rb, rc, rd, re, rf, rg, rh,
            ri, rj, rk, rl, rm, rn, ro, rp, rq, rr, rs, rt, ru, rv, rw, rx, ry, rz, sa, sb, sc, sd, se, sf, sg, sh, si, sj,
            sk, sl, sm, sn, so, sp, sq, sr, ss, st, su, sv, sw, sx, sy, sz, ta, tb, tc, td, te, tf, tg, th, ti, tj, tk, tl,
            tm, tn, to, tp, tq, tr, ts, tt, tu, tv, tw, tx, ty, tz, ua, ub, uc, ud, ue, uf, ug, uh, ui, uj, uk, ul, um, un,
            uo, up, uq, ur, us, ut, uu, uv, uw, ux, uy, uz, va, vb, vc, vd, ve, vf, vg, vh, vi, vj, vk, vl, vm, vn, vo, vp,
            vq, vr, vs, vt, vu, vv, vw, vx, vy, vz, wa, wb, wc, wd, we, wf, wg, wh, wi, wj, wk, wl, wm, wn, wo, wp, wq, wr,
            ws, wt, wu, wv, ww, wx, wy, wz, xa, xb, xc, xd, xe, xf, xg, xh, xi, xj, xk, xl, xm, xn, xo, xp, xq, xr, xs, xt,
            xu, xv, xw, xx, xy, xz, ya, yb, yc, yd, ye, yf, yg, yh, yi, yj, yk, yl, ym, yn, yo, yp, yq, yr, ys, yt, yu, yv,
            yw, yx, yy, yz, za, zb, zc, zd, ze, zf, zg, zh, zi, zj, zk, zl, zm, zn, zo, zp, zq, zr, zs, zt, zu, zv, zw, zx,
            zy, zz, aaa, aab, aac, aad, aae, aaf, aag, aah, aai, aaj, aak, aal, aam, aan, aao, aap, aaq, aar, aas, aat, aau,
            aav, aaw, aax, aay, aaz, aba, abb, abc, abd, abe, abf, abg, abh, abi, abj, abk, abl, abm, abn, abo, abp, abq,
            abr, abt, abu, abv, abw, abx, aby, abz, aca, acb, acc, acd, ace, acf, acg, ach, aci, acj, ack, acl, acm, acn,
            aco, acp, acq, acr, acs, act, acu, acv, acw, acx, acy, acz, ada, adb, adc, ade, adf, adg, adh, adi, adj, adk,
            adl, adm, adn, ado, adp, adq, adr, ads, adt, adu, adv, adw, adx, ady, adz, aea, aeb, aec, aed, aee, aef, aeg,
            aeh, aei, aej, aek, ael, aem, aen, aeo, aep, aeq, aer, aes, aet, aeu, aev, aew, aex, aey, aez, afa, afb, afc,
            afd, afe, aff, afg, afh, afi, afj, afk, afl, afm, afn, afo, afp, afq, afr, afs, aft, afu, afv, afw, afx, afy,
            afz, aga, agb, agc, agd, age, agf, agg, agh, agi, agj, agk, agl, agm, agn, ago, agp, agq, agr, ags, agt, agu,
            agv, agw, agx, agy, agz, aha, ahb, ahc, ahd, ahe, ahf, ahg, ahh, ahi, ahj, ahk, ahl, ahm, ahn, aho, ahp, ahq,
            ahr, ahs, aht, ahu, ahv, ahw, ahx, ahy, ahz, aia, aib, aic, aid, aie, aif, aig, aih, aii, aij, aik, ail, aim,
            ain, aio, aip, aiq;
        if (never) {
            throw new AssertionError("bug: never");
        }
    }

    /** For the end of a lease: some 10 KB. */
    public static void ensureForRelease() {
        long aa, ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, as, at, au, av, aw, ax, ay, az, ba,
            bb, bc, bd, be, bf, bg, bh, bi, bj, bk, bl, bm, bn, bo, bp, bq, br, bs, bt, bu, bv, bw, bx, by, bz, ca, cb, cc,
            cd, ce, cf, cg, ch, ci, cj, ck, cl, cm, cn, co, cp, cq, cr, cs, ct, cu, cv, cw, cx, cy, cz, da, db, dc, dd, de,
            df, dg, dh, di, dj, dk, dl, dm, dn, dp, dq, dr, ds, dt, du, dv, dw, dx, dy, dz, ea, eb, ec, ed, ee, ef, eg, eh,
            ei, ej, ek, el, em, en, eo, ep, eq, er, es, et, eu, ev, ew, ex, ey, ez, fa, fb, fc, fd, fe, ff, fg, fh, fi, fj,
            fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy, fz, ga, gb, gc, gd, ge, gf, gg, gh, gi, gj, gk, gl,
            gm, gn, go, gp, gq, gr, gs, gt, gu, gv, gw, gx, gy, gz, ha, hb, hc, hd, he, hf, hg, hh, hi, hj, hk, hl, hm, hn,
            ho, hp, hq, hr, hs, ht, hu, hv, hw, hx, hy, hz, ia, ib, ic, id, ie, ig, ih, ii, ij, ik, il, im, in, io, ip, iq,
            ir, is, iu, iv, iw, ix, iy, iz, ja, jb, jc, jd, je, jf, jg, jh, ji, jj, jk, jl, jm, jn, jo, jp, jq, jr, js, jt,
            ju, jv, jw, jx, jy, jz, ka, kb, kc, kd, ke, kf, kg, kh, ki, kj, kk, kl, km, kn, ko, kp, kq, kr, ks, kt, ku, kv,
            kw, kx, ky, kz, la, lb, lc, ld, le, lf, lg, lh, li, lj, lk, ll, lm, ln, lo, lp, lq, lr, ls, lt, lu, lv, lw, lx,
            ly, lz, ma, mb, mc, md, me, mf, mg, mh, mi, mj, mk, ml, mm, mn, mo, mp, mq, mr, ms, mt, mu, mv, mw, mx, my, mz,
            na, nb, nc, nd, ne, nf, ng, nh, ni, nj, nk, nl, nm, nn, no, np, nq, nr, ns, nt, nu, nv, nw, nx, ny, nz, oa, ob,
            oc, od, oe, of, og, oh, oi, oj, ok, ol, om, on, oo, op, oq, or, os, ot, ou, ov, ow, ox, oy, oz, pa, pb, pc, pd,
            pe, pf, pg, ph, pi, pj, pk, pl, pm, pn, po, pp, pq, pr, ps, pt, pu, pv, pw, px, py, pz, qa, qb, qc, qd, qe, qf,
            qg, qh, qi, qj, qk, ql, qm, qn, qo, qp, qq, qr, qs, qt, qu, qv, qw, qx, qy, qz, ra, rb, rc, rd, re, rf, rg, rh,
            ri, rj, rk, rl, rm, rn, ro, rp, rq, rr, rs, rt, ru, rv, rw, rx, ry, rz, sa, sb, sc, sd, se, sf, sg, sh, si, sj,
            sk, sl, sm, sn, so, sp, sq, sr, ss, st, su, sv, sw, sx, sy, sz, ta, tb, tc, td, te, tf, tg, th, ti, tj, tk, tl,
            tm, tn, to, tp, tq, tr, ts, tt, tu, tv, tw, tx, ty, tz, ua, ub, uc, ud, ue, uf, ug, uh, ui, uj, uk, ul, um, un,
            uo, up, uq, ur, us, ut, uu, uv, uw, ux, uy, uz, va, vb, vc, vd, ve, vf, vg, vh, vi, vj, vk, vl, vm, vn, vo, vp,
            vq, vr, vs, vt, vu, vv, vw, vx, vy, vz, wa, wb, wc, wd, we, wf, wg, wh, wi, wj, wk, wl, wm, wn, wo, wp, wq, wr,
            ws, wt, wu, wv, ww, wx, wy, wz, xa, xb, xc, xd, xe, xf, xg, xh, xi, xj, xk, xl, xm, xn, xo, xp, xq, xr, xs, xt,
            xu, xv, xw, xx, xy, xz, ya, yb, yc, yd, ye, yf, yg, yh, yi, yj, yk, yl, ym, yn, yo, yp, yq, yr, ys;
        if (never) {
            throw new AssertionError("bug: never");
        }
    }

    /** For a task or a callback: as much as for an acquire. Not inlined. */
    static void ensureForAction() {
        long aa = 0, ab = 0, ac = 0, ad = 0, ae = 0, af = 0, ag = 0, ah = 0, ai = 0, aj = 0, ak = 0, al = 0, am = 0, an = 0, ao = 0, ap = 0, aq = 0, ar = 0,
            as = 0, at = 0, au = 0, av = 0, aw = 0, ax = 0, ay = 0, az = 0, ba = 0, bb = 0, bc = 0, bd = 0, be = 0, bf = 0, bg = 0, bh = 0, bi = 0, bj = 0,
            bk = 0, bl = 0, bm = 0, bn = 0, bo = 0, bp = 0, bq = 0, br = 0, bs = 0, bt = 0, bu = 0, bv = 0, bw = 0, bx = 0, by = 0, bz = 0, ca = 0, cb = 0,
            cc = 0, cd = 0, ce = 0, cf = 0, cg = 0, ch = 0, ci = 0, cj = 0, ck = 0, cl = 0, cm = 0, cn = 0, co = 0, cp = 0, cq = 0, cr = 0, cs = 0, ct = 0,
            cu = 0, cv = 0, cw = 0, cx = 0, cy = 0, cz = 0, da = 0, db = 0, dc = 0, dd = 0, de = 0, df = 0, dg = 0, dh = 0, di = 0, dj = 0, dk = 0, dl = 0,
            dm = 0, dn = 0, dp = 0, dq = 0, dr = 0, ds = 0, dt = 0, du = 0, dv = 0, dw = 0, dx = 0, dy = 0, dz = 0, ea = 0, eb = 0, ec = 0, ed = 0, ee = 0,
            ef = 0, eg = 0, eh = 0, ei = 0, ej = 0, ek = 0, el = 0, em = 0, en = 0, eo = 0, ep = 0, eq = 0, er = 0, es = 0, et = 0, eu = 0, ev = 0, ew = 0,
            ex = 0, ey = 0, ez = 0, fa = 0, fb = 0, fc = 0, fd = 0, fe = 0, ff = 0, fg = 0, fh = 0, fi = 0, fj = 0, fk = 0, fl = 0, fm = 0, fn = 0, fo = 0,
            fp = 0, fq = 0, fr = 0, fs = 0, ft = 0, fu = 0, fv = 0, fw = 0, fx = 0, fy = 0, fz = 0, ga = 0, gb = 0, gc = 0, gd = 0, ge = 0, gf = 0, gg = 0,
            gh = 0, gi = 0, gj = 0, gk = 0, gl = 0, gm = 0, gn = 0, go = 0, gp = 0, gq = 0, gr = 0, gs = 0, gt = 0, gu = 0, gv = 0, gw = 0, gx = 0, gy = 0,
            gz = 0, ha = 0, hb = 0, hc = 0, hd = 0, he = 0, hf = 0, hg = 0, hh = 0, hi = 0, hj = 0, hk = 0, hl = 0, hm = 0, hn = 0, ho = 0, hp = 0, hq = 0,
            hr = 0, hs = 0, ht = 0, hu = 0, hv = 0, hw = 0, hx = 0, hy = 0, hz = 0, ia = 0, ib = 0, ic = 0, id = 0, ie = 0, ig = 0, ih = 0, ii = 0, ij = 0,
            ik = 0, il = 0, im = 0, in = 0, io = 0, ip = 0, iq = 0, ir = 0, is = 0, iu = 0, iv = 0, iw = 0, ix = 0, iy = 0, iz = 0, ja = 0, jb = 0, jc = 0,
            jd = 0, je = 0, jf = 0, jg = 0, jh = 0, ji = 0, jj = 0, jk = 0, jl = 0, jm = 0, jn = 0, jo = 0, jp = 0, jq = 0, jr = 0, js = 0, jt = 0, ju = 0,
            jv = 0, jw = 0, jx = 0, jy = 0, jz = 0, ka = 0, kb = 0, kc = 0, kd = 0, ke = 0, kf = 0, kg = 0, kh = 0, ki = 0, kj = 0, kk = 0, kl = 0, km = 0,
            kn = 0, ko = 0, kp = 0, kq = 0, kr = 0, ks = 0, kt = 0, ku = 0, kv = 0, kw = 0, kx = 0, ky = 0, kz = 0, la = 0, lb = 0, lc = 0, ld = 0, le = 0,
            lf = 0, lg = 0, lh = 0, li = 0, lj = 0, lk = 0, ll = 0, lm = 0, ln = 0, lo = 0, lp = 0, lq = 0, lr = 0, ls = 0, lt = 0, lu = 0, lv = 0, lw = 0,
            lx = 0, ly = 0, lz = 0, ma = 0, mb = 0, mc = 0, md = 0, me = 0, mf = 0, mg = 0, mh = 0, mi = 0, mj = 0, mk = 0, ml = 0, mm = 0, mn = 0, mo = 0,
            mp = 0, mq = 0, mr = 0, ms = 0, mt = 0, mu = 0, mv = 0, mw = 0, mx = 0, my = 0, mz = 0, na = 0, nb = 0, nc = 0, nd = 0, ne = 0, nf = 0, ng = 0,
            nh = 0, ni = 0, nj = 0, nk = 0, nl = 0, nm = 0, nn = 0, no = 0, np = 0, nq = 0, nr = 0, ns = 0, nt = 0, nu = 0, nv = 0, nw = 0, nx = 0, ny = 0,
            nz = 0, oa = 0, ob = 0, oc = 0, od = 0, oe = 0, of = 0, og = 0, oh = 0, oi = 0, oj = 0, ok = 0, ol = 0, om = 0, on = 0, oo = 0, op = 0, oq = 0,
            or = 0, os = 0, ot = 0, ou = 0, ov = 0, ow = 0, ox = 0, oy = 0, oz = 0, pa = 0, pb = 0, pc = 0, pd = 0, pe = 0, pf = 0, pg = 0, ph = 0, pi = 0,
            pj = 0, pk = 0, pl = 0, pm = 0, pn = 0, po = 0, pp = 0, pq = 0, pr = 0, ps = 0, pt = 0, pu = 0, pv = 0, pw = 0, px = 0, py = 0, pz = 0, qa = 0,
            qb = 0, qc = 0, qd = 0, qe = 0, qf = 0, qg = 0, qh = 0, qi = 0, qj = 0, qk = 0, ql = 0, qm = 0, qn = 0, qo = 0, qp = 0, qq = 0, qr = 0, qs = 0,
            qt = 0, qu = 0, qv = 0, qw = 0, qx = 0, qy = 0, qz = 0, ra = 0, rb = 0, rc = 0, rd = 0, re = 0, rf = 0, rg = 0, rh = 0, ri = 0, rj = 0, rk = 0,
            rl = 0, rm = 0, rn = 0, ro = 0, rp = 0, rq = 0, rr = 0, rs = 0, rt = 0, ru = 0, rv = 0, rw = 0, rx = 0, ry = 0, rz = 0, sa = 0, sb = 0, sc = 0,
            sd = 0, se = 0, sf = 0, sg = 0, sh = 0, si = 0, sj = 0, sk = 0, sl = 0, sm = 0, sn = 0, so = 0, sp = 0, sq = 0, sr = 0, ss = 0, st = 0, su = 0,
            sv = 0, sw = 0, sx = 0, sy = 0, sz = 0, ta = 0, tb = 0, tc = 0, td = 0, te = 0, tf = 0, tg = 0, th = 0, ti = 0, tj = 0, tk = 0, tl = 0, tm = 0,
            tn = 0, to = 0, tp = 0, tq = 0, tr = 0, ts = 0, tt = 0, tu = 0, tv = 0, tw = 0, tx = 0, ty = 0, tz = 0, ua = 0, ub = 0, uc = 0, ud = 0, ue = 0,
            uf = 0, ug = 0, uh = 0, ui = 0, uj = 0, uk = 0, ul = 0, um = 0, un = 0, uo = 0, up = 0, uq = 0, ur = 0, us = 0, ut = 0, uu = 0, uv = 0, uw = 0,
            ux = 0, uy = 0, uz = 0, va = 0, vb = 0, vc = 0, vd = 0, ve = 0, vf = 0, vg = 0, vh = 0, vi = 0, vj = 0, vk = 0, vl = 0, vm = 0, vn = 0, vo = 0,
            vp = 0, vq = 0, vr = 0, vs = 0, vt = 0, vu = 0, vv = 0, vw = 0, vx = 0, vy = 0, vz = 0, wa = 0, wb = 0, wc = 0, wd = 0, we = 0, wf = 0, wg = 0,
            wh = 0, wi = 0, wj = 0, wk = 0, wl = 0, wm = 0, wn = 0, wo = 0, wp = 0, wq = 0, wr = 0, ws = 0, wt = 0, wu = 0, wv = 0, ww = 0, wx = 0, wy = 0,
            wz = 0, xa = 0, xb = 0, xc = 0, xd = 0, xe = 0, xf = 0, xg = 0, xh = 0, xi = 0, xj = 0, xk = 0, xl = 0, xm = 0, xn = 0, xo = 0, xp = 0, xq = 0,
            xr = 0, xs = 0, xt = 0, xu = 0, xv = 0, xw = 0, xx = 0, xy = 0, xz = 0, ya = 0, yb = 0, yc = 0, yd = 0, ye = 0, yf = 0, yg = 0, yh = 0, yi = 0,
            yj = 0, yk = 0, yl = 0, ym = 0, yn = 0, yo = 0, yp = 0, yq = 0, yr = 0, ys = 0, yt = 0, yu = 0, yv = 0, yw = 0, yx = 0, yy = 0, yz = 0, za = 0,
            zb = 0, zc = 0, zd = 0, ze = 0, zf = 0, zg = 0, zh = 0, zi = 0, zj = 0, zk = 0, zl = 0, zm = 0, zn = 0, zo = 0, zp = 0, zq = 0, zr = 0, zs = 0,
            zt = 0, zu = 0, zv = 0, zw = 0, zx = 0, zy = 0, zz = 0, aaa = 0, aab = 0, aac = 0, aad = 0, aae = 0, aaf = 0, aag = 0, aah = 0, aai = 0, aaj = 0,
            aak = 0, aal = 0, aam = 0, aan = 0, aao = 0, aap = 0, aaq = 0, aar = 0, aas = 0, aat = 0, aau = 0, aav = 0, aaw = 0, aax = 0, aay = 0, aaz = 0,
            aba = 0, abb = 0, abc = 0, abd = 0, abe = 0, abf = 0, abg = 0, abh = 0, abi = 0, abj = 0, abk = 0, abl = 0, abm = 0, abn = 0, abo = 0, abp = 0,
            abq = 0, abr = 0, abt = 0, abu = 0, abv = 0, abw = 0, abx = 0, aby = 0, abz = 0, aca = 0, acb = 0, acc = 0, acd = 0, ace = 0, acf = 0, acg = 0,
            ach = 0, aci = 0, acj = 0, ack = 0, acl = 0, acm = 0, acn = 0, aco = 0, acp = 0, acq = 0, acr = 0, acs = 0, act = 0, acu = 0, acv = 0, acw = 0,
            acx = 0, acy = 0, acz = 0, ada = 0, adb = 0, adc = 0, ade = 0, adf = 0, adg = 0, adh = 0, adi = 0, adj = 0, adk = 0, adl = 0, adm = 0, adn = 0,
            ado = 0, adp = 0, adq = 0, adr = 0, ads = 0, adt = 0, adu = 0, adv = 0, adw = 0, adx = 0, ady = 0, adz = 0, aea = 0, aeb = 0, aec = 0, aed = 0,
            aee = 0, aef = 0, aeg = 0, aeh = 0, aei = 0, aej = 0, aek = 0, ael = 0, aem = 0, aen = 0, aeo = 0, aep = 0, aeq = 0, aer = 0, aes = 0, aet = 0,
            aeu = 0, aev = 0, aew = 0, aex = 0, aey = 0, aez = 0, afa = 0, afb = 0, afc = 0, afd = 0, afe = 0, aff = 0, afg = 0, afh = 0, afi = 0, afj = 0,
            afk = 0, afl = 0, afm = 0, afn = 0, afo = 0, afp = 0, afq = 0, afr = 0, afs = 0, aft = 0, afu = 0, afv = 0, afw = 0, afx = 0, afy = 0, afz = 0,
            aga = 0, agb = 0, agc = 0, agd = 0, age = 0, agf = 0, agg = 0, agh = 0, agi = 0, agj = 0, agk = 0, agl = 0, agm = 0, agn = 0, ago = 0, agp = 0,
            agq = 0, agr = 0, ags = 0, agt = 0, agu = 0, agv = 0, agw = 0, agx = 0, agy = 0, agz = 0, aha = 0, ahb = 0, ahc = 0, ahd = 0, ahe = 0, ahf = 0,
            ahg = 0, ahh = 0, ahi = 0, ahj = 0, ahk = 0, ahl = 0, ahm = 0, ahn = 0, aho = 0, ahp = 0, ahq = 0, ahr = 0, ahs = 0, aht = 0, ahu = 0, ahv = 0,
            ahw = 0, ahx = 0, ahy = 0, ahz = 0, aia = 0, aib = 0, aic = 0, aid = 0, aie = 0, aif = 0, aig = 0, aih = 0, aii = 0, aij = 0, aik = 0, ail = 0,
            aim = 0, ain = 0, aio = 0, aip = 0, aiq = 0;
        if (never) {
            throw new AssertionError("bug: never");
        }
    }

    /** For what is done under the lock, for giving it back, and for starting what follows: some 8 KB. Not inlined. */
    static void ensureForLock() {
        long aa = 0, ab = 0, ac = 0, ad = 0, ae = 0, af = 0, ag = 0, ah = 0, ai = 0, aj = 0, ak = 0, al = 0, am = 0, an = 0, ao = 0, ap = 0, aq = 0, ar = 0,
            as = 0, at = 0, au = 0, av = 0, aw = 0, ax = 0, ay = 0, az = 0, ba = 0, bb = 0, bc = 0, bd = 0, be = 0, bf = 0, bg = 0, bh = 0, bi = 0, bj = 0,
            bk = 0, bl = 0, bm = 0, bn = 0, bo = 0, bp = 0, bq = 0, br = 0, bs = 0, bt = 0, bu = 0, bv = 0, bw = 0, bx = 0, by = 0, bz = 0, ca = 0, cb = 0,
            cc = 0, cd = 0, ce = 0, cf = 0, cg = 0, ch = 0, ci = 0, cj = 0, ck = 0, cl = 0, cm = 0, cn = 0, co = 0, cp = 0, cq = 0, cr = 0, cs = 0, ct = 0,
            cu = 0, cv = 0, cw = 0, cx = 0, cy = 0, cz = 0, da = 0, db = 0, dc = 0, dd = 0, de = 0, df = 0, dg = 0, dh = 0, di = 0, dj = 0, dk = 0, dl = 0,
            dm = 0, dn = 0, dp = 0, dq = 0, dr = 0, ds = 0, dt = 0, du = 0, dv = 0, dw = 0, dx = 0, dy = 0, dz = 0, ea = 0, eb = 0, ec = 0, ed = 0, ee = 0,
            ef = 0, eg = 0, eh = 0, ei = 0, ej = 0, ek = 0, el = 0, em = 0, en = 0, eo = 0, ep = 0, eq = 0, er = 0, es = 0, et = 0, eu = 0, ev = 0, ew = 0,
            ex = 0, ey = 0, ez = 0, fa = 0, fb = 0, fc = 0, fd = 0, fe = 0, ff = 0, fg = 0, fh = 0, fi = 0, fj = 0, fk = 0, fl = 0, fm = 0, fn = 0, fo = 0,
            fp = 0, fq = 0, fr = 0, fs = 0, ft = 0, fu = 0, fv = 0, fw = 0, fx = 0, fy = 0, fz = 0, ga = 0, gb = 0, gc = 0, gd = 0, ge = 0, gf = 0, gg = 0,
            gh = 0, gi = 0, gj = 0, gk = 0, gl = 0, gm = 0, gn = 0, go = 0, gp = 0, gq = 0, gr = 0, gs = 0, gt = 0, gu = 0, gv = 0, gw = 0, gx = 0, gy = 0,
            gz = 0, ha = 0, hb = 0, hc = 0, hd = 0, he = 0, hf = 0, hg = 0, hh = 0, hi = 0, hj = 0, hk = 0, hl = 0, hm = 0, hn = 0, ho = 0, hp = 0, hq = 0,
            hr = 0, hs = 0, ht = 0, hu = 0, hv = 0, hw = 0, hx = 0, hy = 0, hz = 0, ia = 0, ib = 0, ic = 0, id = 0, ie = 0, ig = 0, ih = 0, ii = 0, ij = 0,
            ik = 0, il = 0, im = 0, in = 0, io = 0, ip = 0, iq = 0, ir = 0, is = 0, iu = 0, iv = 0, iw = 0, ix = 0, iy = 0, iz = 0, ja = 0, jb = 0, jc = 0,
            jd = 0, je = 0, jf = 0, jg = 0, jh = 0, ji = 0, jj = 0, jk = 0, jl = 0, jm = 0, jn = 0, jo = 0, jp = 0, jq = 0, jr = 0, js = 0, jt = 0, ju = 0,
            jv = 0, jw = 0, jx = 0, jy = 0, jz = 0, ka = 0, kb = 0, kc = 0, kd = 0, ke = 0, kf = 0, kg = 0, kh = 0, ki = 0, kj = 0, kk = 0, kl = 0, km = 0,
            kn = 0, ko = 0, kp = 0, kq = 0, kr = 0, ks = 0, kt = 0, ku = 0, kv = 0, kw = 0, kx = 0, ky = 0, kz = 0, la = 0, lb = 0, lc = 0, ld = 0, le = 0,
            lf = 0, lg = 0, lh = 0, li = 0, lj = 0, lk = 0, ll = 0, lm = 0, ln = 0, lo = 0, lp = 0, lq = 0, lr = 0, ls = 0, lt = 0, lu = 0, lv = 0, lw = 0,
            lx = 0, ly = 0, lz = 0, ma = 0, mb = 0, mc = 0, md = 0, me = 0, mf = 0, mg = 0, mh = 0, mi = 0, mj = 0, mk = 0, ml = 0, mm = 0, mn = 0, mo = 0,
            mp = 0, mq = 0, mr = 0, ms = 0, mt = 0, mu = 0, mv = 0, mw = 0, mx = 0, my = 0, mz = 0, na = 0, nb = 0, nc = 0, nd = 0, ne = 0, nf = 0, ng = 0,
            nh = 0, ni = 0, nj = 0, nk = 0, nl = 0, nm = 0, nn = 0, no = 0, np = 0, nq = 0, nr = 0, ns = 0, nt = 0, nu = 0, nv = 0, nw = 0, nx = 0, ny = 0,
            nz = 0, oa = 0, ob = 0, oc = 0, od = 0, oe = 0, of = 0, og = 0, oh = 0, oi = 0, oj = 0, ok = 0, ol = 0, om = 0, on = 0, oo = 0, op = 0, oq = 0,
            or = 0, os = 0, ot = 0, ou = 0, ov = 0, ow = 0, ox = 0, oy = 0, oz = 0, pa = 0, pb = 0, pc = 0, pd = 0, pe = 0, pf = 0, pg = 0, ph = 0, pi = 0,
            pj = 0, pk = 0, pl = 0, pm = 0, pn = 0, po = 0, pp = 0, pq = 0, pr = 0, ps = 0, pt = 0, pu = 0, pv = 0, pw = 0, px = 0, py = 0, pz = 0, qa = 0,
            qb = 0, qc = 0, qd = 0, qe = 0, qf = 0, qg = 0, qh = 0, qi = 0, qj = 0, qk = 0, ql = 0, qm = 0, qn = 0, qo = 0, qp = 0, qq = 0, qr = 0, qs = 0,
            qt = 0, qu = 0, qv = 0, qw = 0, qx = 0, qy = 0, qz = 0, ra = 0, rb = 0, rc = 0, rd = 0, re = 0, rf = 0, rg = 0, rh = 0, ri = 0, rj = 0, rk = 0,
            rl = 0, rm = 0, rn = 0, ro = 0, rp = 0, rq = 0, rr = 0, rs = 0, rt = 0, ru = 0, rv = 0, rw = 0, rx = 0, ry = 0, rz = 0, sa = 0, sb = 0, sc = 0,
            sd = 0, se = 0, sf = 0, sg = 0, sh = 0, si = 0, sj = 0, sk = 0, sl = 0, sm = 0, sn = 0, so = 0, sp = 0, sq = 0, sr = 0, ss = 0, st = 0, su = 0,
            sv = 0, sw = 0, sx = 0, sy = 0, sz = 0, ta = 0, tb = 0, tc = 0, td = 0, te = 0, tf = 0, tg = 0, th = 0, ti = 0, tj = 0, tk = 0, tl = 0, tm = 0,
            tn = 0, to = 0, tp = 0, tq = 0, tr = 0, ts = 0, tt = 0, tu = 0;
        if (never) {
            throw new AssertionError("bug: never");
        }
    }
    // spotless:on
}
