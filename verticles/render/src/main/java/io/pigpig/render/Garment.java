package io.pigpig.render;

import java.awt.Shape;
import java.awt.geom.Area;
import java.awt.geom.Rectangle2D;

/**
 * The drawing of one template on a canvas of 1200 x 1300 units: what is cloth, what lies in shade,
 * where it is sewn, and where it may be printed. Immutable; safe from any thread while nobody
 * changes the shapes.
 *
 * @param cloth the outline
 * @param inside the back of the neck seen from the front
 * @param sleeves the parts that lie in the shade of the body
 * @param seams lines sewn
 */
record Garment(Shape cloth, Shape inside, Shape sleeves, Shape seams) {

  static final int CANVAS_WIDTH = 1200;
  static final int CANVAS_HEIGHT = 1300;

  /** 1000 x 1200 print units at 0.4 canvas units each, on the chest. */
  static final Rectangle2D PRINT_AREA = new Rectangle2D.Double(400, 400, 400, 480);

  private static final double CENTRE = CANVAS_WIDTH / 2.0;
  private static final String CREW_INSIDE =
      "M 600 172 Q 680 172 708 152 C 702 214 650 250 600 250 Z";
  private static final String CREW_COLLAR =
      "M 600 286 C 676 286 728 240 740 164 M 600 250 C 650 250 702 214 708 152";
  private static final String HEM = " M 600 1150 Q 760 1150 858 1136";

  static Garment of(Template template) {
    return switch (template) {
      case TEE_CLASSIC ->
          garment(
              "M 600 250 C 650 250 702 214 708 152 L 740 164 C 800 192 860 204 900 226"
                  + " C 960 262 1010 360 1068 486 L 918 566 L 862 470 C 850 640 856 900 862 1164"
                  + " Q 760 1180 600 1180 Z",
              CREW_INSIDE,
              "M 876 214 C 846 300 850 400 862 470 L 918 566 L 1068 486 C 1010 360 960 262 900 226"
                  + " Z",
              CREW_COLLAR + " M 876 216 C 846 300 850 400 862 470 M 910 550 L 1060 469" + HEM);
      case TEE_OVERSIZE ->
          garment(
              "M 600 250 C 650 250 702 214 708 152 L 740 164 C 810 190 890 206 950 236"
                  + " C 1020 280 1070 420 1120 590 L 946 646 L 906 560 C 898 740 902 980 908 1192"
                  + " Q 780 1206 600 1206 Z",
              CREW_INSIDE,
              "M 936 228 C 894 330 894 460 906 560 L 946 646 L 1120 590 C 1070 420 1020 280 950 236"
                  + " Z",
              CREW_COLLAR
                  + " M 936 228 C 894 330 894 460 906 560 M 940 628 L 1114 571"
                  + " M 600 1176 Q 780 1176 904 1164");
      case LONGSLEEVE ->
          garment(
              "M 600 250 C 650 250 702 214 708 152 L 740 164 C 800 192 860 204 900 226"
                  + " C 970 270 1000 420 1030 620 C 1050 780 1070 930 1084 1080 L 984 1096"
                  + " C 950 900 910 690 862 520 C 852 680 856 900 862 1164 Q 760 1180 600 1180 Z",
              CREW_INSIDE,
              "M 876 214 C 846 300 850 420 862 520 C 910 690 950 900 984 1096 L 1084 1080"
                  + " C 1070 930 1050 780 1030 620 C 1000 420 970 270 900 226 Z",
              CREW_COLLAR + " M 876 216 C 846 300 850 420 862 520 M 976 1048 L 1078 1031" + HEM);
      case HOODIE ->
          garment(
              "M 600 300 C 670 290 720 250 740 190 L 770 196 C 830 210 880 222 914 244"
                  + " C 984 290 1020 430 1050 630 C 1070 790 1086 930 1098 1084 L 990 1100"
                  + " C 960 920 926 720 884 540 C 876 700 880 920 876 1172 Q 760 1186 600 1186 Z"
                  + " M 600 76 C 700 76 770 120 786 200 C 790 250 690 290 600 300 Z",
              "M 600 128 C 670 128 716 156 722 200 C 716 250 660 286 600 300 Z",
              "M 890 230 C 862 320 870 440 884 540 C 926 720 960 920 990 1100 L 1098 1084"
                  + " C 1086 930 1070 790 1050 630 C 1020 430 984 290 914 244 Z",
              "M 600 300 C 690 290 790 250 786 200 M 890 230 C 862 320 870 440 884 540"
                  + " M 982 1046 L 1094 1028 M 600 1132 Q 760 1132 876 1118"
                  + " M 600 916 L 730 916 L 796 1040 L 796 1126 M 640 292 Q 652 350 644 392");
      case TANK ->
          garment(
              "M 600 340 C 670 340 702 290 706 160 L 790 172 C 786 300 796 410 862 470"
                  + " C 852 640 856 900 862 1164 Q 760 1180 600 1180 Z",
              "M 600 236 C 660 236 700 210 706 160 C 702 290 670 340 600 340 Z",
              "M 0 0 Z",
              "M 600 364 C 690 364 724 300 728 163 M 768 169 C 762 310 772 430 861 496" + HEM);
    };
  }

  private static Garment garment(String cloth, String inside, String sleeves, String seams) {
    Area outline = SvgPath.mirroredArea(cloth, CENTRE);
    Area behind = SvgPath.mirroredArea(inside, CENTRE);
    Area arms = SvgPath.mirroredArea(sleeves, CENTRE);
    arms.intersect(outline);
    return new Garment(outline, behind, arms, SvgPath.mirroredLines(seams, CENTRE));
  }
}
